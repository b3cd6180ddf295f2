<?php
/** The public vectors: every good one is read, every bad one refused with its code. */

use MicroPay\{Challenge, Problem, Signed};

/** Kinds that this plugin reads, by the name they have in the vectors. What else is there is between others. */
const KINDS  = [ 'receipt' => 'receipt', 'tap receipt' => 'tap', 'grant' => 'grant', 'proof' => 'proof' ];
const OTHERS = [ 'intent', 'voucher', 'session request', 'call', 'refund', 'locked text' ];

foreach ( vectors( 'requests' )['vectors'] as $row ) {
	test(
		"the request of {$row['name']}",
		function () use ( $row ) {
			same( MicroPay\canonical_json( $row['input'] ), $row['canonical'] );
			same( MicroPay\encode_json( $row['input'] ), $row['output'] );
			'charge' === $row['intent'] && same( Challenge::request( $row['output'], 'malformed-request' ), json_decode( $row['canonical'], true ) );
		}
	);
}

foreach ( vectors( 'challenges' )['vectors'] as $row ) {
	test(
		"the challenge {$row['name']}",
		function () use ( $row ) {
			$id = Challenge::id( $row['input'], vectors( 'challenges' )['secret'] );
			same( $id, $row['output']['id'] );
			same( Challenge::header( [ 'id' => $id ] + $row['input'] ), $row['output']['header'] );
		}
	);
}

foreach ( vectors( 'credentials' )['vectors'] as $row ) {
	test( "the credential of {$row['name']}", fn() => same( Challenge::credential( $row['output'] ), $row['input'] ) );
}

foreach ( KINDS as $name => $kind ) {
	foreach ( vectors( str_replace( ' ', '-', "{$name}s" ) )['vectors'] as $row ) {
		test(
			"a good $name {$row['name']}",
			function () use ( $row, $kind ) {
				$signed = Signed::read( $row['output'], $kind, 'verification-failed' );
				same( $signed->claims, $row['input'] );
				same( $signed->kid, key_of( $row['key'] )['kid'] );
				$signed->verify( key_of( $row['key'] )['jwk']['x'], 'verification-failed' );
			}
		);
	}
}

test( 'keys have their names by RFC 7638', function () {
	foreach ( vectors( 'keys' )['keys'] as $key ) {
		same( MicroPay\thumbprint( $key['jwk']['x'] ), $key['kid'] );
		same( MicroPay\is_sound( $key['jwk']['x'] ), true );
	}
} );

foreach ( vectors( 'refusals' )['vectors'] as $row ) {
	if ( in_array( $row['read'], OTHERS, true ) ) {
		continue;
	}
	$judge = match ( $row['read'] ) {
		'charge request' => fn() => Challenge::request( $row['input'], $row['code'] ),
		'key'            => fn() => MicroPay\key_from( $row['input'], $row['code'] ),
		default          => fn() => Signed::read( $row['input'], KINDS[ $row['read'] ], $row['code'] )->verify( key_of( $row['key'] )['jwk']['x'], $row['code'] ),
	};
	$title = 'key' === $row['read'] ? 'T23 ' : '';
	test( "{$title}refused as a {$row['read']}: {$row['name']}", fn() => same( refused( $judge ), $row['code'] ) );
}

test( 'T23 a key with torsion is refused', function () {
	// The wallet's key plus a point of order eight, four and two: a verifier that only knows RFC 8032 takes them.
	$torsioned = [
		'e35aa5c6b008c0aa94d5c7af95e940e12ce451f0ca49361f89cfe2c870933438',
		'935387931f7c8775eecf426cf1436d0ec9e3b49ccc6069db608443351203f116',
		'23da1c7a5b22a150b1125d736960e2cd34ff71c2902b7bef6835a64c2d0dc587',
	];
	foreach ( $torsioned as $key ) {
		same( MicroPay\is_sound( MicroPay\base64url( hex2bin( $key ) ) ), false );
	}
} );

test( 'T23 a key has one spelling', function () {
	// Every coordinate at or beyond the field's 2^255 − 19, with either sign.
	for ( $low = 0xed; $low <= 0xff; ++$low ) {
		foreach ( [ "\x7f", "\xff" ] as $high ) {
			same( MicroPay\is_sound( MicroPay\base64url( chr( $low ) . str_repeat( "\xff", 30 ) . $high ) ), false );
		}
	}
	$x = key_of( 'wallet' )['jwk']['x'];
	same( MicroPay\is_sound( substr( $x, 0, -1 ) . chr( ord( $x[42] ) + 1 ) ), false );
} );

foreach ( vectors( 'payee-door' )['vectors'] as $row ) {
	test(
		"at the door: {$row['name']}",
		function () use ( $row ) {
			$door = vectors( 'payee-door' );
			$rows = array_column( $door['vectors'], null, 'name' );
			foreach ( [ ...array_map( fn( $name ) => $rows[ $name ], $row['after'] ?? [] ), $row ] as $one ) {
				$now    = $one['now'] ?? $door['setup']['now'];
				$visit  = new MicroPay\Visit( $one['request']['method'], $one['request']['authorization'] ?? '' );
				$answer = MicroPay\Answer::to( $visit, offer( $door['setup']['scope'] ), shop(), $now );
				$code   = $answer->is_open ? null : json_decode( $answer->body, true )['code'];
				same( [ $answer->status, $code ], [ $one['status'], $one['code'] ?? null ] );
				same( isset( $answer->headers['Payment-Receipt'] ), $answer->is_open );
				same( isset( $answer->headers['WWW-Authenticate'] ), ! $answer->is_open );
			}
		}
	);
}

test( 'problems are the rows of docs/problems.md', function () {
	$page = file_get_contents( __DIR__ . '/../../../docs/problems.md' );
	foreach ( array_keys( ( new ReflectionClassConstant( Problem::class, 'ROWS' ) )->getValue() ) as $code ) {
		$told = ( new Problem( $code ) )->details();
		$type = str_starts_with( $told['type'], 'https' ) ? '`' . basename( $told['type'] ) . '`' : '';
		$cell = fn( string $text ): string => '\s*' . preg_quote( $text, '#' ) . '\s*';
		$row  = implode( '\|', array_map( $cell, [ "`$code`", (string) $told['status'], $told['moneyMoved'], "`{$told['nextStep']}`", $told['title'], $type ] ) );
		same( preg_match( "#<a id=\"$code\"></a>$row\|#u", $page ), 1, $code );
	}
} );
