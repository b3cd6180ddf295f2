<?php
/** A challenge of the Payment scheme, bound to our secret: a 402 writes nothing down, and one edited character is noticed. */

namespace MicroPay;

final class Challenge {
	private const LIFE       = 600;
	private const TIME       = 'Y-m-d\TH:i:s\Z';
	private const SLOTS      = [ 'realm', 'method', 'intent', 'request', 'expires', 'digest', 'opaque' ];
	private const PARAMETERS = [ 'id', 'realm', 'method', 'intent', 'request', 'expires', 'description', 'opaque', 'digest', 'header' ];

	/** @return array<string, string> */
	public static function issue( Offer $offer, Shop $shop, int $now ): array {
		$challenge = [
			'realm'   => $shop->realm(),
			'method'  => 'micropay',
			'intent'  => 'charge',
			'request' => $offer->request( $shop ),
			'expires' => gmdate( self::TIME, $now + self::LIFE ),
			// Two visitors within one second must not get the same one, or one payment would settle both.
			'opaque'  => encode_json( [ 'scope' => $offer->scope, 'nonce' => base64url( random_bytes( 12 ) ) ] ),
		];
		return [ 'id' => self::id( $challenge, $shop->secret ) ] + $challenge;
	}

	/** HMAC over the fixed slots. @throws Problem `invalid-challenge` where one holds what would end it. */
	public static function id( array $challenge, string $secret ): string {
		$values = array_map( fn( string $slot ): string => $challenge[ $slot ] ?? '', self::SLOTS );
		$text   = array_merge( $values, isset( $challenge['header'] ) ? [ $challenge['header'] ] : [] );
		demand( ! preg_grep( '/[^\x20-\x7e]|\|/', $text ), 'invalid-challenge' );
		return mac( $secret, implode( '|', $text ) );
	}

	/**
	 * Recognises one of ours, for this offer. All of it is cheaper than a signature, so it comes first.
	 *
	 * @return int When it ends, seconds since 1970.
	 * @throws Problem
	 */
	public static function recognise( array $challenge, Offer $offer, Shop $shop ): int {
		$code = 'invalid-challenge';
		demand( hash_equals( self::id( $challenge, $shop->secret ), $challenge['id'] ), $code );
		// Only what we bound is read as a time, so it has our own spelling.
		$expires = \DateTimeImmutable::createFromFormat( '!' . self::TIME, $challenge['expires'] ?? '', new \DateTimeZone( 'UTC' ) );
		$asked   = self::request( $challenge['request'], $code );
		$for     = [ $challenge['realm'], $challenge['method'], $challenge['intent'], $asked['recipient'] ];
		demand( $expires && [ $shop->realm(), 'micropay', 'charge', $shop->payee->url ] === $for, $code );
		demand( ( decode_json( $challenge['opaque'] ?? '', $code )['scope'] ?? null ) === $offer->scope, $code );
		$offer->assert_paid( $asked['amount'], $asked['currency'] );
		return $expires->getTimestamp();
	}

	/** @throws Problem With the given code; a charge of nothing, or of more than the ledger's 18 digits, is refused too. */
	public static function request( string $encoded, string $code ): array {
		demand( strlen( $encoded ) <= 2048, $code );
		$request = decode_json( $encoded, $code );
		demand( fits( SHAPES['charge'], $request ) && '0' !== $request['amount'], $code );
		demand( (int) $request['amount'] <= intdiv( 10 ** 18 - 1, 10 ** ( 6 - scale_of( $request['currency'] ) ) ), $code );
		return $request;
	}

	/** The value of `WWW-Authenticate`. */
	public static function header( array $challenge ): string {
		$quoted = fn( string $name ): string => $name . '="' . addcslashes( preg_replace( '/[^\x20-\x7e]/', '', $challenge[ $name ] ), '"\\' ) . '"';
		return 'Payment ' . implode( ', ', array_map( $quoted, array_intersect( self::PARAMETERS, array_keys( $challenge ) ) ) );
	}

	/**
	 * Finds the one Payment credential in an `Authorization` value; other schemes are not ours to judge.
	 *
	 * @return array{challenge: array, payload: array}|null Not believed yet.
	 * @throws Problem
	 */
	public static function credential( string $authorization ): ?array {
		demand( strlen( $authorization ) <= 15064, 'header-too-large' );
		// A quoted string of another scheme may hold a comma and our name.
		$parts   = explode( ',', preg_replace( '/"[^"]*"/', '""', $authorization ) );
		$offered = array_values( preg_grep( '/^\s*payment(\s|$)/i', $parts ) );
		demand( count( $offered ) < 2, 'malformed-request' );
		if ( ! $offered ) {
			return null;
		}
		preg_match( '/^\s*payment +(\S+)\s*$/Di', $offered[0], $found );
		$read = decode_json( $found[1] ?? '', 'malformed-credential' );
		demand( fits( SHAPES['credential'], $read ), 'malformed-credential' );
		return $read;
	}
}
