<?php
/** The access cookie: a navigation can't carry a credential, so what is owned here is remembered in one signed cookie. */

namespace MicroPay;

final class Cookie {
	private const MAX_SCOPES = 24;

	/** `__Host-` ties it to this host and https; over http, on this machine, browsers would refuse that name. */
	public static function name( string $origin ): string {
		// Sites of one network may share a host, and never a secret.
		$site = is_multisite() ? '-' . get_current_blog_id() : '';
		return ( str_starts_with( $origin, 'https:' ) ? '__Host-micropay' : 'micropay' ) . $site;
	}

	/** @return array|null Null for none, a forged one, or one that has ended. */
	public static function read( string $value, Shop $shop, int $now ): ?array {
		[ $payload, $signature ] = explode( '.', $value ) + [ '', '' ];
		if ( ! hash_equals( self::mac( $payload, $shop ), $signature ) ) {
			return null;
		}
		$cookie = decode_json( $payload, 'malformed-request' );
		return $cookie['exp'] > $now ? $cookie : null;
	}

	public static function opens( ?array $cookie, string $scope, int $now ): bool {
		return ( array_column( $cookie['scopes'] ?? [], 1, 0 )[ self::hash( $scope ) ] ?? 0 ) > $now;
	}

	/**
	 * Adds a scope to what the same payer's cookie listed so far; another payer's is not taken over.
	 *
	 * @param array $payer `iss` and `sub`; empty: whoever showed copied bytes.
	 */
	public static function with( ?array $before, array $payer, string $scope, int $until, int $now ): array {
		$hash    = self::hash( $scope );
		$is_same = array_intersect_key( $before ?? [], [ 'iss' => 1, 'sub' => 1 ] ) == $payer;
		$others  = array_filter( $is_same ? $before['scopes'] ?? [] : [], fn( array $other ): bool => $other[0] !== $hash && $other[1] > $now );
		$scopes  = array_slice( [ [ $hash, $until ], ...$others ], 0, self::MAX_SCOPES );
		return $payer + [ 'exp' => max( array_column( $scopes, 1 ) ), 'scopes' => $scopes ];
	}

	/** The value of `Set-Cookie`. */
	public static function header( array $cookie, Shop $shop, int $now ): string {
		$name    = self::name( $shop->origin );
		$value   = encode_json( $cookie );
		$value  .= '.' . self::mac( $value, $shop );
		$secure  = str_starts_with( $name, '__Host-' ) ? '; Secure' : '';
		$max_age = $cookie['exp'] - $now;
		return "$name=$value; Path=/; Max-Age=$max_age; HttpOnly; SameSite=Lax$secure";
	}

	/** A key of its own, so that no challenge can ever be read as a cookie. */
	private static function mac( string $payload, Shop $shop ): string {
		return mac( "access cookie\n{$shop->secret}", $payload );
	}

	/** 96 bits: enough that no two posts of a site meet, short enough for 24 of them. */
	private static function hash( string $scope ): string {
		return substr( base64url( hash( 'sha256', $scope, true ) ), 0, 16 );
	}
}
