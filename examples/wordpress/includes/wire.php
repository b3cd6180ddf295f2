<?php
/** Bytes and text on the wire: strict base64url, JSON without surprises, canonical JSON (RFC 8785), HMAC. */

namespace MicroPay;

const MAX_JSON   = 16384;
const MAX_LEVELS = 12;

/** Keys that bite readers in other languages. */
const RESERVED_KEYS = '/^(__proto__|__(define|lookup)[GS]etter__|constructor|hasOwnProperty|isPrototypeOf|propertyIsEnumerable|toLocaleString|toString|valueOf)$/D';

function base64url( string $bytes ): string {
	return rtrim( strtr( base64_encode( $bytes ), '+/', '-_' ), '=' );
}

/** Padding, `+/`, spaces and stray bits at the end are refused, so that one value has one spelling. @throws Problem */
function bytes_from( string $text, string $code ): string {
	$bytes = base64_decode( strtr( $text, '-_', '+/' ), true );
	demand( false !== $bytes && base64url( $bytes ) === $text, $code );
	return $bytes;
}

/** HMAC-SHA256, base64url. */
function mac( string $key, string $text ): string {
	return base64url( hash_hmac( 'sha256', $text, $key, true ) );
}

/** JSON as it is signed and compared: members in order, nothing escaped that need not be. */
function canonical_json( array $value ): string {
	$flags = JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_LINE_TERMINATORS | JSON_THROW_ON_ERROR;
	return json_encode( in_order( $value ), $flags );
}

function in_order( array $value ): array {
	array_is_list( $value ) || ksort( $value, SORT_STRING );
	return array_map( fn( $member ) => is_array( $member ) ? in_order( $member ) : $member, $value );
}

function encode_json( array $value ): string {
	return base64url( canonical_json( $value ) );
}

/** @throws Problem With the given code. */
function decode_json( string $encoded, string $code ): array {
	return parse_json( bytes_from( $encoded, $code ), $code );
}

/** Beyond `json_decode` it refuses a repeated or reserved key: two readers could read two things. @throws Problem */
function parse_json( string $text, string $code ): array {
	// PHP counts what stands in the innermost list as one more level.
	$value = strlen( $text ) <= MAX_JSON ? json_decode( $text, true, MAX_LEVELS + 1 ) : null;
	demand( is_array( $value ) && has_plain_keys( $text ), $code );
	return $value;
}

/** @param string $json Text that is JSON: every string in it has an end. */
function has_plain_keys( string $json ): bool {
	preg_match_all( '/"(?:[^"\\\\]++|\\\\.)*+"|[{}\[\],]/s', $json, $found );
	$open     = [];
	$key_next = false;
	foreach ( $found[0] as $token ) {
		$at = array_key_last( $open );
		if ( '{' === $token || '[' === $token ) {
			$open[]   = '{' === $token ? [] : null;
			$key_next = '{' === $token;
		} elseif ( '}' === $token || ']' === $token ) {
			array_pop( $open );
		} elseif ( ',' === $token ) {
			$key_next = is_array( $open[ $at ] );
		} elseif ( $key_next ) {
			$key = json_decode( $token );
			if ( isset( $open[ $at ][ $key ] ) || preg_match( RESERVED_KEYS, $key ) ) {
				return false;
			}
			$open[ $at ][ $key ] = true;
			$key_next            = false;
		}
	}
	return true;
}

/** A person's words made safe for one line of a receipt: no controls, no invisible marks, a bounded length. */
function printable( string $text ): string {
	$plain = preg_replace( '/\p{C}|\x{2028}|\x{2029}/u', '', $text ) ?? '';
	return preg_match( '/^.{0,120}/u', trim( $plain ), $found ) ? $found[0] : '';
}
