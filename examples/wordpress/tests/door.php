<?php
/** The door: what is paid opens, once; what the wallet's keys say; what the cookie remembers. */

use MicroPay\{Answer, Challenge, Cookie, Visit, Wallet_Keys};

function answer( string $authorization = '', array $visit = [], ?MicroPay\Offer $offer = null, ?MicroPay\Shop $shop = null ): Answer {
	return Answer::to( new Visit( ...[ 'authorization' => $authorization ] + $visit ), $offer ?? offer(), $shop ?? shop(), Site::$now );
}
function code_of( Answer $answer ): string {
	return $answer->headers['Micropay-Problem'] ?? '';
}
/** What the browser would send back. */
function cookie_in( Answer $answer ): string {
	return preg_match( '/^[\w-]+=([^;]+)/', $answer->headers['Set-Cookie'] ?? '', $found ) ? $found[1] : '';
}
function challenge_in( Answer $answer ): array {
	preg_match_all( '/(\w+)="([^"]*)"/', $answer->headers['WWW-Authenticate'], $found );
	return array_combine( $found[1], $found[2] );
}

test( 'nothing is written down for who hasn’t paid, and no two challenges are equal', function () {
	global $wpdb;
	[ $first, $second ] = [ challenge_in( answer() ), challenge_in( answer() ) ];
	same( $first['id'] === $second['id'], false );
	same( $wpdb->rows, [] );
	same( Site::$asked, [] );
	same( Challenge::id( $first, shop()->secret ), $first['id'] );
} );

test( 'a challenge says price, payee, what is owned, and ten minutes', function () {
	$challenge = challenge_in( answer() );
	same( $challenge['expires'], gmdate( 'Y-m-d\TH:i:s\Z', NOW + 600 ) );
	$asked = Challenge::request( $challenge['request'], 'malformed-request' );
	same( [ $asked['amount'], $asked['currency'], $asked['recipient'] ], [ '2', 'usd', PAYEE ] );
	same( $asked['description'], 'How rivers remember' );
	same( $asked['methodDetails'], [ 'entitles' => [ 'scope' => 'GET /articles/1', 'seconds' => 31536000 ] ] );
} );

test( 'a paid answer has the wallet’s receipt', function () {
	$answer = answer( paying() );
	$shown  = MicroPay\decode_json( $answer->headers['Payment-Receipt'], 'malformed-request' );
	same( [ $shown['method'], $shown['status'], $shown['timestamp'] ], [ 'micropay', 'success', '2026-11-23T12:00:00Z' ] );
	same( MicroPay\Signed::read( $shown['receipt'], 'receipt', 'verification-failed' )->claims['jti'], $shown['reference'] );
} );

test( 'T12 a receipt is taken once', function () {
	$challenge = Challenge::issue( offer(), shop(), NOW );
	$payload   = [ 'type' => 'receipt', 'receipt' => receipt_for( $challenge ) ];
	same( answer( credential( $challenge, $payload ) )->is_open, true );
	same( code_of( answer( credential( $challenge, $payload + [ 'more' => 1 ] ) ) ), 'invalid-challenge' );
	// The same bytes: an answer that may have got lost, for ten minutes.
	Site::$now += 599;
	same( answer( credential( $challenge, $payload ) )->is_open, true );
	Site::$now += 1;
	same( code_of( answer( credential( $challenge, $payload ) ) ), 'payment-expired' );
} );

test( 'an answer that got lost is made again for ten minutes, whatever ended since', function () {
	$paid          = paying();
	Site::$now     = NOW + 590;
	same( answer( $paid )->is_open, true );
	Site::$now     = NOW + 1189;
	Site::$wallet  = null;
	Site::$transients = [];
	same( answer( $paid )->is_open, true );
	Site::$now = NOW + 1190;
	same( code_of( answer( $paid ) ), 'payment-expired' );
} );

test( 'no slot of a challenge holds what would end it', function () {
	foreach ( [ 'a|b', "a\n", 'é' ] as $realm ) {
		same( refused( fn() => Challenge::id( [ 'realm' => $realm ], 'x' ) ), 'invalid-challenge' );
	}
} );

test( 'a request is at most 2,048 characters, and nothing is owned for over a hundred years', function () {
	$request = fn( array $more ): string => MicroPay\encode_json( [ 'amount' => '2', 'currency' => 'usd', 'recipient' => PAYEE ] + $more );
	$owned   = fn( int $seconds ): array => [ 'methodDetails' => [ 'entitles' => [ 'scope' => 'x', 'seconds' => $seconds ] ] ];
	same( refused( fn() => Challenge::request( $request( $owned( 3153600000 ) ), 'invalid-challenge' ) ), '' );
	same( refused( fn() => Challenge::request( $request( $owned( 3153600001 ) ), 'invalid-challenge' ) ), 'invalid-challenge' );
	same( refused( fn() => Challenge::request( $request( [ 'description' => str_repeat( 'x', 1600 ) ] ), 'invalid-challenge' ) ), 'invalid-challenge' );
} );

test( 'T12 of two requests at the same time the table lets one through', function () {
	$taken = new MicroPay\Taken();
	same( $taken->take( 'id', 'bytes', NOW ), true );
	same( $taken->take( 'id', 'bytes', NOW ), false );
	same( refused( fn() => $taken->take( 'id', 'other', NOW ) ), 'invalid-challenge' );
	same( $taken->take( 'id', 'other', NOW + 86401 ), true, 'It is forgotten after a day.' );
} );

test( 'nobody is let in, or asked to pay again, when nothing can be written down', function () {
	global $wpdb;
	$wpdb->is_down = true;
	$answer        = answer( paying() );
	same( [ $answer->status, code_of( $answer ), $answer->is_open ], [ 503, 'unavailable', false ] );
	same( isset( $answer->headers['WWW-Authenticate'] ), false );
	same( json_decode( $answer->body, true )['moneyMoved'], 'unknown' );
} );

test( 'play money opens only where it was allowed', function () {
	$paid = paying( null, [ 'env' => 'test' ] );
	same( code_of( answer( $paid ) ), 'test-money-refused' );
	same( answer( $paid, [], null, shop( true ) )->is_open, true );
} );

test( 'T3 another price, another payee and another post are refused', function () {
	same( code_of( answer( paying(), [], offer( 'GET /articles/1', '3' ) ) ), 'payment-insufficient' );
	same( code_of( answer( paying(), [], offer( 'GET /articles/2' ) ) ), 'invalid-challenge' );
	same( code_of( answer( paying( null, [ 'aud' => 'https://wallet.example/~busker' ] ) ) ), 'verification-failed' );
} );

test( 'a header of 16 kB is too large', function () {
	$answer = answer( 'Payment ' . str_repeat( 'a', 16384 ) );
	same( [ $answer->status, code_of( $answer ) ], [ 431, 'header-too-large' ] );
} );

test( 'keys are asked for at the first payment and again after an hour, at the wallet and nowhere else', function () {
	foreach ( [ 0 => 1, 3599 => 1, 3600 => 2 ] as $seconds => $asked ) {
		Site::$now = NOW + $seconds;
		same( answer( paying() )->is_open, true );
		same( count( Site::$asked ), $asked );
	}
	[ $url, $told ] = Site::$asked[0];
	same( $url, 'https://wallet.example/.well-known/jwks.json' );
	same( $told, [ 'timeout' => 3, 'redirection' => 0, 'limit_response_size' => 16385 ] );
} );

test( 'a clock that was set back asks again', function () {
	answer( paying() );
	Site::$now = NOW - 9999;
	same( answer( paying() )->is_open, true );
	same( count( Site::$asked ), 2 );
} );

test( 'known keys are used for a day while the wallet is away, and then no more', function () {
	answer( paying() );
	Site::$wallet = null;
	Site::$now    = NOW + 86399;
	same( answer( paying() )->is_open, true );
	Site::$now = NOW + 86400;
	same( answer( paying() )->status, 503 );
	Site::$wallet = published_keys();
	Site::$now   += 5;
	same( answer( paying() )->is_open, true );
} );

test( 'a key nobody knows is asked about once a minute', function () {
	answer( paying() );
	$ask = function () {
		$signed = MicroPay\Signed::read( signed( 'receipt', vectors( 'receipts' )['vectors'][0]['input'], 'stranger' ), 'receipt', 'verification-failed' );
		same( refused( fn() => ( new Wallet_Keys( 'https://wallet.example' ) )->verify( $signed, Site::$now ) ), 'verification-failed' );
		return count( Site::$asked );
	};
	same( [ $ask(), $ask() ], [ 1, 1 ] );
	Site::$now += 60;
	same( [ $ask(), $ask() ], [ 2, 2 ] );
} );

test( 'what is no set of keys, or too long, is none', function () {
	foreach ( [ 302, 404, 500 ] as $status ) {
		fresh_site();
		Site::$wallet['status'] = $status;
		same( answer( paying() )->status, 503, $status );
	}
	foreach ( [ '', 'x', '[]x', str_repeat( ' ', 16384 ) . '{"keys":[]}', '{"keys":[],"keys":[]}' ] as $body ) {
		fresh_site();
		Site::$wallet = [ 'status' => 200, 'body' => $body ];
		same( answer( paying() )->status, 503, $body );
	}
	foreach ( [ '{"keys":7}', '{"keys":[null,7,{"kty":"RSA"},{"kty":"OKP","crv":"Ed25519","x":"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]}' ] as $body ) {
		fresh_site();
		Site::$wallet = [ 'status' => 200, 'body' => $body ];
		same( code_of( answer( paying() ) ), 'verification-failed', $body );
	}
} );

test( 'an unsound key beside the wallet’s doesn’t close the door', function () {
	$keys                = json_decode( Site::$wallet['body'], true )['keys'];
	Site::$wallet['body'] = json_encode( [ 'keys' => [ [ 'kty' => 'OKP', 'crv' => 'Ed25519', 'x' => str_repeat( 'A', 43 ) ], ...$keys ] ] );
	same( answer( paying() )->is_open, true );
} );

test( 'the cookie opens what was bought for a year, and nothing else', function () {
	$paid   = answer( paying() );
	$cookie = [ 'cookie' => cookie_in( $paid ) ];
	same( preg_replace( '/=[^;]+;/', '=…;', $paid->headers['Set-Cookie'], 1 ), '__Host-micropay=…; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax; Secure' );
	same( answer( '', $cookie )->is_open, true );
	same( answer( '', $cookie )->headers, [] );
	same( answer( '', $cookie, offer( 'GET /articles/2' ) )->is_open, false );
	same( answer( 'Payment !', $cookie )->is_open, true );
	Site::$now += 31536000;
	same( answer( '', $cookie )->is_open, false );
} );

test( 'a forged cookie opens nothing, and neither does another site’s', function () {
	$value = cookie_in( answer( paying() ) );
	foreach ( [ substr( $value, 1 ), "$value ", substr( $value, 0, -1 ), strtok( $value, '.' ), strtok( $value, '.' ) . '.', str_repeat( 'a', 9000 ), '.', "\xff" ] as $forged ) {
		same( answer( '', [ 'cookie' => $forged ] )->is_open, false, $forged );
	}
	$other = new MicroPay\Shop( shop()->payee, SITE, str_repeat( 'x', 32 ) );
	same( answer( '', [ 'cookie' => $value ], null, $other )->is_open, false );
	// A challenge’s id is by another key: it signs no cookie.
	$payload = strtok( $value, '.' );
	same( answer( '', [ 'cookie' => "$payload." . MicroPay\mac( shop()->secret, $payload ) ] )->is_open, false );
} );

test( 'one cookie has 24 posts of one payer', function () {
	$cookie = null;
	for ( $i = 0; $i < 30; ++$i ) {
		$cookie = Cookie::with( $cookie, [ 'iss' => 'i', 'sub' => 's' ], "GET /?p=$i", NOW + 100 + $i, NOW );
	}
	same( count( $cookie['scopes'] ), 24 );
	same( [ Cookie::opens( $cookie, 'GET /?p=29', NOW ), Cookie::opens( $cookie, 'GET /?p=5', NOW ) ], [ true, false ] );
	same( $cookie['exp'], NOW + 129 );
	same( count( Cookie::with( $cookie, [ 'iss' => 'i', 'sub' => 's' ], 'GET /?p=99', NOW + 999, NOW + 120 )['scopes'] ), 10, 'What ended is left out.' );
	$theirs = Cookie::with( $cookie, [ 'iss' => 'i', 'sub' => 'another' ], 'GET /?p=1', NOW + 9, NOW );
	same( Cookie::opens( $theirs, 'GET /?p=29', NOW ), false );
} );

test( 'T14 copied bytes get a cookie for ten minutes and this post, and never make someone else of a reader', function () {
	$paid = paying();
	answer( $paid );
	$copied = answer( $paid );
	has( $copied->headers['Set-Cookie'], 'Max-Age=600;' );
	$cookie = Cookie::read( cookie_in( $copied ), shop(), NOW );
	same( [ isset( $cookie['sub'] ), count( $cookie['scopes'] ) ], [ false, 1 ] );
	$known = [ 'cookie' => cookie_in( answer( paying( offer( 'GET /articles/2' ) ), [], offer( 'GET /articles/2' ) ) ) ];
	same( isset( answer( $paid, $known )->headers['Set-Cookie'] ), false );
} );

test( 'another site’s page gets no cookie', function () {
	same( isset( answer( paying(), [ 'asking' => 'https://evil.example' ] )->headers['Set-Cookie'] ), false );
	same( isset( answer( paying(), [ 'fetch_site' => 'cross-site' ] )->headers['Set-Cookie'] ), false );
} );

test( 'over http the cookie has the name a browser takes', function () {
	$shop = new MicroPay\Shop( shop()->payee, 'http://localhost:8080', shop()->secret, true );
	same( $shop->realm(), 'localhost:8080' );
	same( Cookie::header( [ 'exp' => NOW + 1, 'scopes' => [] ], $shop, NOW ), 'micropay=' . cookie_text( $shop ) . '; Path=/; Max-Age=1; HttpOnly; SameSite=Lax' );
} );
function cookie_text( MicroPay\Shop $shop ): string {
	$payload = MicroPay\encode_json( [ 'exp' => NOW + 1, 'scopes' => [] ] );
	return "$payload." . MicroPay\mac( "access cookie\n{$shop->secret}", $payload );
}

test( 'cookies and marks are those of our paywall in Node, byte for byte', function () {
	$cookie = Cookie::with( null, [ 'iss' => 'https://wallet.example', 'sub' => 'payer_of_news' ], 'GET /?p=42', NOW + 60, NOW );
	same(
		Cookie::header( $cookie, shop(), NOW ),
		'__Host-micropay=eyJleHAiOjE3OTU0MzUyNjAsImlzcyI6Imh0dHBzOi8vd2FsbGV0LmV4YW1wbGUiLCJzY29wZXMiOltbIk5UeTBKazZvUUFCY1BHRUUiLDE3OTU0MzUyNjBdXSwic3ViIjoicGF5ZXJfb2ZfbmV3cyJ9.DHgorRLd-1TS6rgkKREIGrWQb-kh-QPJICkeUdz7S9g; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure'
	);
	$mark = MicroPay\Offer::mark( shop(), 'GET /?p=42', 31536000, [ 'amount' => '2', 'currency' => 'usd' ] );
	same( $mark, 'UX1aJzUvFp4OFBXY62YDkMZHvzI_yVCbMvShC1_zFaU' );
} );

test( 'JSON that two readers could read differently is refused', function () {
	$deep = fn( int $levels ): string => str_repeat( '[', $levels ) . str_repeat( ']', $levels );
	$bad  = [ '{"a":1,"a":1}', '{"a":1,"\u0061":1}', '{"x":{"b":1,"b":2}}', '[{"a":1},{"b":1,"b":1}]', '{"__proto__":1}', '{"toString":1}', '{"a":"\ud800"}', "{\"a\":\"\xff\"}", "\xef\xbb\xbf{}", '{"a":1} x', $deep( 13 ), '7', '"a"', 'null', '' ];
	foreach ( $bad as $json ) {
		same( refused( fn() => MicroPay\parse_json( $json, 'malformed-request' ) ), 'malformed-request', $json );
	}
	foreach ( [ '{"a":{"a":"a,\"a\":"},"b":["a","a",{"a":1}]}', $deep( 12 ), '{"a":"{\"a\":1,\"a\":1}"}', '[]' ] as $json ) {
		same( refused( fn() => MicroPay\parse_json( $json, 'malformed-request' ) ), '', $json );
	}
} );

test( 'prices are read exactly, or not at all', function () {
	$good = [ '0.02 USD' => '2 usd', '1 USD' => '100 usd', '0.002 USD' => '2000 usd-micro', '2 JPY' => '2 jpy', '0.5 JPY' => '500000 jpy-micro', '0.001 KWD' => '1 kwd', '1000000 EUR' => '100000000 eur' ];
	foreach ( $good as $said => $wire ) {
		same( implode( ' ', MicroPay\money_from( ...explode( ' ', $said ) ) ), $wire );
	}
	foreach ( [ ' USD', '0 USD', '0.00 USD', '-1 USD', '+1 USD', '1e3 USD', '1,00 USD', '.5 USD', '1. USD', '0x1 USD', '0.0000001 USD', '1000001 EUR', '99999999 EUR', "1\n USD", '1 usd', '1 USX', '1 US', '1 ', '٢ USD' ] as $said ) {
		same( MicroPay\money_from( ...explode( ' ', $said ) ), null, $said );
	}
} );

test( 'a payee is a name at an https host, in one spelling', function () {
	foreach ( [ PAYEE, 'https://wallet.example:8443/~a', 'https://xn--mnchen-3ya.example/~a-b', 'http://localhost:4400/~news', 'http://127.0.0.1:4400/~news', 'http://wallet.localhost/~news' ] as $url ) {
		same( MicroPay\Payee::from( $url )?->url, $url );
	}
	same( MicroPay\Payee::from( 'https://wallet.example:8443/~a' )->wallet, 'https://wallet.example:8443' );
	$bad = [ null, [ PAYEE ], '', 'https://wallet.example', 'http://wallet.example/~news', 'https://wallet.example/~News', 'https://wallet.example/~news/', 'https://wallet.example/~news?x', 'https://u@wallet.example/~news', 'https://wallet.example:443/~news', 'https://wallet.example:99999/~news', 'https://wallet.example./~news', 'https://a..b/~news', 'https://169.254.169.254/~news', 'https://2130706433/~news', 'https://0x7f000001/~news', 'https://127.1/~news', 'ftp://localhost/~news', 'javascript://wallet.example/~news', PAYEE . "\n", 'https://WALLET.example/~news', 'https://-/~news/..' ];
	foreach ( $bad as $url ) {
		same( MicroPay\Payee::from( $url ), null, var_export( $url, true ) );
	}
} );
