<?php
/** A payee's address taken apart: `https://wallet.example/~news`. */

namespace MicroPay;

final class Payee {
	/**
	 * @param string $url    In its one spelling.
	 * @param string $wallet Origin of the wallet: the only host this plugin ever asks.
	 */
	private function __construct( public readonly string $url, public readonly string $wallet ) {}

	/** Null for anything but a name at an https host, or at this machine over http. */
	public static function from( mixed $url ): ?self {
		$shape = '#^((https?)://([a-z0-9.-]{1,253}|\[::1\])(?::([1-9]\d{0,4}))?)/~[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$#D';
		if ( ! is_string( $url ) || ! preg_match( $shape, $url, $parts ) ) {
			return null;
		}
		[ , $wallet, $scheme, $host ] = $parts;
		$port    = $parts[4] ?? '';
		$is_here = in_array( $host, [ 'localhost', '127.0.0.1', '[::1]' ], true ) || str_ends_with( $host, '.localhost' );
		// A last label without a letter, or in hex, is an address to some readers.
		$is_named   = 'https' === $scheme && preg_match( '/^([a-z0-9-]+\.)*(?!0x[0-9a-f]*$)[a-z0-9-]*[a-z][a-z0-9-]*$/D', $host );
		$is_default = [ 'https' => '443', 'http' => '80' ][ $scheme ] === $port;
		return ( $is_here || $is_named ) && ! $is_default && (int) $port < 65536 ? new self( $url, $wallet ) : null;
	}
}
