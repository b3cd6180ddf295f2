<?php
/** A signed object: a compact JWS (RFC 7515) by Ed25519 and nothing else. Read first, believed only after `verify`. */

namespace MicroPay;

final class Signed {
	/** @param array $claims Not to be believed before `verify`. */
	private function __construct(
		public readonly string $kid,
		public readonly array $claims,
		private string $signed,
		private string $signature
	) {}

	/**
	 * @param mixed  $text What a stranger sent.
	 * @param string $kind `receipt`, `tap`, `grant` or `proof`: compared, so that none is taken for another.
	 * @throws Problem With the given code.
	 */
	public static function read( mixed $text, string $kind, string $code ): self {
		$parts = is_string( $text ) && strlen( $text ) <= 4096 ? explode( '.', $text ) : [];
		demand( 3 === count( $parts ), $code );
		$header    = decode_json( $parts[0], $code );
		$claims    = decode_json( $parts[1], $code );
		$signature = bytes_from( $parts[2], $code );
		demand( ( $header['typ'] ?? null ) === "micropay-$kind+jwt", $code );
		demand( in_array( $header['alg'] ?? null, [ 'EdDSA', 'Ed25519' ], true ) && fits( 'kid', $header['kid'] ?? null ), $code );
		// No extension is understood here, so any critical one is refused.
		demand( ! array_key_exists( 'crit', $header ), $code );
		demand( 64 === strlen( $signature ) && fits( SHAPES[ $kind ], $claims ), $code );
		return new self( $header['kid'], $claims, "{$parts[0]}.{$parts[1]}", $signature );
	}

	/** @param string $x The key that must have signed this. @throws Problem With the given code. */
	public function verify( string $x, string $code ): void {
		demand( sodium_crypto_sign_verify_detached( $this->signature, $this->signed, key_from( $x, $code ) ), $code );
	}
}

/**
 * The 32 bytes of an Ed25519 key, from the `x` of its JWK (RFC 8037).
 *
 * @throws Problem With the given code for a key that is not canonical, of small order, or not free of torsion: under such a key one
 *                 signature could stand for several messages.
 */
function key_from( string $x, string $code ): string {
	$key = bytes_from( $x, $code );
	try {
		// Converts only points of the main subgroup, and none of those has a second spelling. PHP has no other name for that check.
		sodium_crypto_sign_ed25519_pk_to_curve25519( $key );
	} catch ( \SodiumException ) {
		throw new Problem( $code );
	}
	return $key;
}

function is_sound( string $x ): bool {
	try {
		return '' !== key_from( $x, 'verification-failed' );
	} catch ( Problem ) {
		return false;
	}
}

/** RFC 7638: how a key is named. */
function thumbprint( string $x ): string {
	return base64url( hash( 'sha256', '{"crv":"Ed25519","kty":"OKP","x":"' . $x . '"}', true ) );
}
