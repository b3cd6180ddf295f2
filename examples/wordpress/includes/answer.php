<?php
/** What a visitor of a sold post is answered: open or not, with which status, headers and, for programs, words. */

namespace MicroPay;

final class Answer {
	/**
	 * @param array<string, string> $headers
	 * @param string|null           $body Null: the theme's page is the answer.
	 */
	private function __construct(
		public readonly bool $is_open,
		public readonly int $status,
		public readonly array $headers,
		public readonly ?string $body = null
	) {}

	public static function to( Visit $visit, Offer $offer, Shop $shop, int $now ): self {
		$before = Cookie::read( $visit->cookie, $shop, $now );
		try {
			$entered = ( new Door( $shop, $offer, $visit, $now ) )->enter();
		} catch ( Problem $problem ) {
			// A credential is judged first, so that a payment is never left untaken; the cookie may still open what it does not.
			return Cookie::opens( $before, $offer->scope, $now )
				? new self( true, 200, [] )
				: self::refusal( $problem, $visit, Challenge::issue( $offer, $shop, $now ) );
		}
		[ 'claims' => $claims, 'until' => $until, 'is_repeat' => $is_repeat ] = $entered;
		$headers = [ 'Payment-Receipt' => self::receipt( $entered ) ];
		// Whoever shows copied bytes may not be the payer: this one post, no longer than the bytes are good for, and nobody's name.
		$until = $is_repeat ? min( $until, $now + 600 ) : $until;
		$payer = $is_repeat ? [] : [ 'iss' => $claims['iss'], 'sub' => $claims['sub'] ];
		if ( $visit->is_from( $shop->origin ) && ! ( $is_repeat && isset( $before['sub'] ) ) ) {
			$headers['Set-Cookie'] = Cookie::header( Cookie::with( $before, $payer, $offer->scope, $until, $now ), $shop, $now );
		}
		return new self( true, 200, $headers );
	}

	private static function receipt( array $entered ): string {
		[ 'jti' => $id, 'iat' => $at ] = $entered['claims'];
		$at = gmdate( 'Y-m-d\TH:i:s\Z', $at );
		return encode_json( [ 'method' => 'micropay', 'reference' => $id, 'status' => 'success', 'timestamp' => $at, 'receipt' => $entered['receipt'] ] );
	}

	private static function refusal( Problem $problem, Visit $visit, array $challenge ): self {
		$status = $problem->status();
		// Whoever's payment can't be judged right now must not be asked to pay again.
		$headers = [ 'Micropay-Problem' => $problem->name ]
			+ ( $status < 500 ? [ 'WWW-Authenticate' => Challenge::header( $challenge ) ] : [ 'Retry-After' => '5' ] );
		if ( 402 === $status && $visit->prefers_html() ) {
			// Somebody reads the teaser, and a crawler keeps it. Whoever offered a payment is told that it was none.
			$is_reading = 'payment-required' === $problem->name;
			return new self( false, $is_reading && Settings::all()['indexed'] ? 200 : 402, $headers );
		}
		$headers += [ 'Content-Type' => 'application/problem+json', 'X-Content-Type-Options' => 'nosniff' ];
		return new self( false, $status, $headers, 'HEAD' === $visit->method ? '' : wp_json_encode( $problem->details() ) );
	}
}
