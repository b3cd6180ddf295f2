<?php
/** What each thing from outside must look like, by example: names to kinds, `?` where one may be missing. More may be there. */

namespace MicroPay;

const SHAPES = [
	'receipt'    => [
		'iss' => 'text', 'env' => 'environment', 'aud' => 'payee', 'sub' => 'id', 'jti' => 'id', 'iat' => 'seconds', 'exp' => 'seconds',
		'amt' => 'amount', 'cur' => 'currency', 'cid' => 'id', 'rlm' => 'text', 'rsn' => [ 'code' => 'text', 'text?' => 'text' ],
		'cnf?' => [ 'jkt' => 'text' ], 'own?' => [ 'scope' => 'scope', 'until' => 'seconds' ], 'ext?' => 'text', 'ref' => [ 'url' => 'text' ],
	],
	'tap'        => [
		'iss' => 'payee', 'aud' => 'text', 'sid' => 'id', 'tap' => 'id', 'res' => 'text', 'amt' => 'amount', 'cur' => 'currency',
		'iat' => 'seconds', 'und?' => 'seconds',
	],
	'grant'      => [
		'iss' => 'text', 'env' => 'environment', 'aud' => 'payee', 'sub' => 'id', 'jti' => 'id', 'iat' => 'seconds', 'exp' => 'seconds',
		'cnf' => [ 'jwk' => [ 'kty' => 'OKP', 'crv' => 'Ed25519', 'x' => 'text' ] ], 'org' => 'text',
	],
	'proof'      => [ 'aud' => 'payee', 'cid' => 'id', 'iat' => 'seconds' ],
	'charge'     => [
		'amount' => 'amount', 'currency' => 'currency', 'recipient' => 'payee', 'description?' => 'text', 'externalId?' => 'reference',
		'methodDetails?' => [ 'entitles?' => [ 'scope' => 'scope', 'seconds' => 'term' ] ],
	],
	'credential' => [
		'challenge' => [
			'id' => 'text', 'realm' => 'text', 'method' => 'text', 'intent' => 'text', 'request' => 'text', 'expires?' => 'text',
			'opaque?' => 'text', 'digest?' => 'text', 'header?' => 'text',
		],
		'payload'   => [ 'type?' => 'text' ],
	],
	'payload'    => [ 'receipt' => 'text', 'grant?' => 'text', 'proof?' => 'text' ],
];

/** @param array|string $shape One of `SHAPES`, or the name of a kind. */
function fits( array|string $shape, mixed $value ): bool {
	if ( is_string( $shape ) ) {
		return is_kind( $shape, $value );
	}
	foreach ( is_array( $value ) ? $shape : [] as $name => $inner ) {
		$key      = rtrim( $name, '?' );
		$is_there = array_key_exists( $key, $value );
		if ( $is_there ? ! fits( $inner, $value[ $key ] ) : $key === $name ) {
			return false;
		}
	}
	return is_array( $value );
}

function is_kind( string $kind, mixed $value ): bool {
	if ( is_int( $value ) ) {
		return 'seconds' === $kind ? $value >= 0 && $value < 2 ** 53 : 'term' === $kind && $value >= 1 && $value <= 3153600000;
	}
	return is_string( $value ) && strlen( $value ) <= 4096 && match ( $kind ) {
		'text'        => ! str_contains( $value, "\0" ),
		'id'          => preg_match( '/^[A-Za-z0-9_-]{8,64}$/D', $value ),
		'kid'         => preg_match( '/^.{1,64}$/Ds', $value ),
		'amount'      => preg_match( '/^(0|[1-9][0-9]{0,17})$/D', $value ),
		'currency'    => null !== scale_of( $value ),
		'payee'       => null !== Payee::from( $value ),
		'scope'       => preg_match( '/^[\x21-\x7e][\x20-\x7e]{0,255}$/D', $value ),
		'reference'   => preg_match( '/^[\x21-\x7e]{1,64}$/D', $value ),
		'environment' => 'test' === $value || 'live' === $value,
		default       => $value === $kind,
	};
}
