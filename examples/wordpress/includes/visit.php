<?php
/** What a request says: what it brings, who asks, and what it would like to read. */

namespace MicroPay;

final class Visit {
	/** @param string|null $asking The site whose page asks, where the browser says so. */
	public function __construct(
		public readonly string $method = 'GET',
		public readonly string $authorization = '',
		private string $accept = '',
		public readonly string $cookie = '',
		public readonly ?string $asking = null,
		private string $fetch_site = 'same-origin'
	) {}

	public static function now( string $cookie_name ): self {
		$said   = fn( string $name, ?string $else = '' ): ?string => isset( $_SERVER[ $name ] ) ? wp_unslash( (string) $_SERVER[ $name ] ) : $else;
		$cookie = $_COOKIE[ $cookie_name ] ?? '';
		return new self(
			$said( 'REQUEST_METHOD', 'GET' ),
			// Apache hands it on under one of these names.
			$said( 'HTTP_AUTHORIZATION', $said( 'REDIRECT_HTTP_AUTHORIZATION' ) ),
			$said( 'HTTP_ACCEPT' ),
			is_string( $cookie ) ? wp_unslash( $cookie ) : '',
			$said( 'HTTP_ORIGIN', null ),
			$said( 'HTTP_SEC_FETCH_SITE', 'same-origin' )
		);
	}

	/** The page that asks, if there is one, is this site's own. */
	public function is_from( string $origin ): bool {
		return ( $this->asking ?? $origin ) === $origin && 'same-origin' === $this->fetch_site;
	}

	/** Browsers name HTML when they navigate; programs that fetch say JSON or don't care. */
	public function prefers_html(): bool {
		return str_contains( strtolower( $this->accept ), 'text/html' );
	}
}
