<?php
/** The wallet's published keys: fetched when needed, fresh for an hour, used for a day while the wallet can't be reached. */

namespace MicroPay;

final class Wallet_Keys {
	private const FRESH       = 3600;
	private const STALE       = 86400;
	private const RETRY       = 60;
	private const RETRY_EMPTY = 5;

	/** @param string $wallet Origin, as the payee's address says: no other host is ever asked. */
	public function __construct( private string $wallet ) {}

	/** @throws Problem `verification-failed` unless the wallet signed this; `unavailable` while its keys can't be had. */
	public function verify( Signed $signed, int $now ): void {
		$name  = 'micropay_jwks_' . substr( hash( 'sha256', $this->wallet ), 0, 32 );
		$kept  = get_transient( $name );
		$known = is_array( $kept ) && $kept['tried'] <= $now ? $kept : [ 'keys' => [], 'at' => 0, 'tried' => 0 ];
		$is_fresh = $now - $known['at'] < self::FRESH && isset( $known['keys'][ $signed->kid ] );
		// Anyone can invent a key's name, so one that isn't known is asked about once a minute.
		$retry = $now - $known['at'] < self::STALE ? self::RETRY : self::RETRY_EMPTY;
		if ( ! $is_fresh && $now - $known['tried'] >= $retry ) {
			// Written down first, so that whoever comes meanwhile doesn't ask too.
			set_transient( $name, [ 'tried' => $now ] + $known, self::STALE );
			$keys  = $this->published();
			$known = null === $keys ? $known : [ 'keys' => $keys, 'at' => $now ];
			set_transient( $name, [ 'tried' => $now ] + $known, self::STALE );
		}
		demand( $now - $known['at'] < self::STALE, 'unavailable' );
		$signed->verify( $known['keys'][ $signed->kid ] ?? '', 'verification-failed' );
	}

	/** @return array<string, string>|null `x` by name; null when there was no good answer. */
	private function published(): ?array {
		// WordPress refuses a local address for a safe one; this machine's own wallet has play money.
		$get    = str_starts_with( $this->wallet, 'https:' ) ? 'wp_safe_remote_get' : 'wp_remote_get';
		$answer = $get( "{$this->wallet}/.well-known/jwks.json", [ 'timeout' => 3, 'redirection' => 0, 'limit_response_size' => MAX_JSON + 1 ] );
		try {
			demand( 200 === wp_remote_retrieve_response_code( $answer ), 'unavailable' );
			$published = parse_json( wp_remote_retrieve_body( $answer ), 'unavailable' )['keys'] ?? null;
		} catch ( Problem ) {
			return null;
		}
		$keys = [];
		foreach ( is_array( $published ) ? array_slice( $published, 0, 32 ) : [] as $jwk ) {
			// Unsound and foreign keys are passed over: one of them must not close the door to the others.
			if ( fits( SHAPES['grant']['cnf']['jwk'], $jwk ) && is_sound( $jwk['x'] ) ) {
				$keys[ thumbprint( $jwk['x'] ) ] = $jwk['x'];
			}
		}
		return $keys;
	}
}
