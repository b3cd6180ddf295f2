<?php
/** In front of a sold post: statuses, headers that keep it out of caches, and who is let through. */

use MicroPay\{Challenge, Paid_Post};

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

/** A visit of the post. @return array{0: int, 1: string, 2: string} Status, what the theme would show or the program reads, and which */
function visit( array $server = [] ): array {
	Site::$headers = [];
	Site::$status  = 200;
	$_SERVER       = $server + [ 'REQUEST_METHOD' => 'GET', 'HTTP_ACCEPT' => BROWSER ];
	ob_start();
	try {
		do_action( 'template_redirect' );
		echo shown();
		$by = 'theme';
	} catch ( Answered ) {
		$by = 'program';
	}
	return [ Site::$status, ob_get_clean(), $by ];
}
function sent( string $name ): string {
	return implode( ', ', Site::$headers[ $name ] ?? [] );
}
function paying_for( WP_Post $post ): string {
	return paying( Paid_Post::offer( $post ) );
}

test( 'a browser gets the theme’s page with the teaser and the button, as 200, so that search engines keep it', function () {
	a_post();
	[ $status, $html, $by ] = visit();
	same( [ $status, $by ], [ 200, 'theme' ] );
	has( $html, 'Free before.' );
	has( $html, '<micro-pay src=' );
	hasnt( $html, 'midnight' );
	has( sent( 'WWW-Authenticate' ), 'Payment id="' );
} );

test( 'where the publisher would rather have 402, browsers get it too, with the same page', function () {
	a_post();
	Site::$options['micropay']['indexed'] = false;
	[ $status, $html, $by ] = visit();
	same( [ $status, $by ], [ 402, 'theme' ] );
	has( $html, '<micro-pay src=' );
	hasnt( $html, 'midnight' );
} );

test( 'a payment that is none is told as 402, in whatever words it is asked', function () {
	$post  = a_post();
	$other = paying( Paid_Post::offer( $post ), [ 'amt' => '1' ] );
	foreach ( [ 'Payment "', $other ] as $credential ) {
		[ $status, $html ] = visit( [ 'HTTP_AUTHORIZATION' => $credential ] );
		same( $status, 402, $credential );
		hasnt( $html, 'midnight' );
	}
} );

test( 'a program gets the problem as JSON', function () {
	a_post();
	[ $status, $json, $by ] = visit( [ 'HTTP_ACCEPT' => '*/*' ] );
	same( [ $status, $by, sent( 'Content-Type' ) ], [ 402, 'program', 'application/problem+json' ] );
	same( json_decode( $json, true )['code'], 'payment-required' );
	[ $status, $json ] = visit( [ 'HTTP_ACCEPT' => '*/*', 'REQUEST_METHOD' => 'HEAD' ] );
	same( [ $status, $json, sent( 'Micropay-Problem' ) ], [ 402, '', 'payment-required' ] );
} );

test( 'who paid reads it, gets receipt and cookie, and comes again by the cookie', function () {
	$post = a_post();
	[ $status, $html ] = visit( [ 'HTTP_AUTHORIZATION' => addslashes( paying_for( $post ) ), 'HTTP_ACCEPT' => '*/*', 'HTTP_SEC_FETCH_SITE' => 'same-origin' ] );
	same( $status, 200 );
	has( $html, SECRET_WORDS );
	has( sent( 'Payment-Receipt' ), 'eyJ' );
	preg_match( '/^__Host-micropay=([^;]+)/', sent( 'Set-Cookie' ), $found );
	fresh_visitor();
	hasnt( visit()[1], SECRET_WORDS );
	fresh_visitor( [ '__Host-micropay' => $found[1] ] );
	[ $status, $html ] = visit();
	same( $status, 200 );
	has( $html, SECRET_WORDS );
	same( sent( 'Payment-Receipt' ) . sent( 'WWW-Authenticate' ), '' );
} );
function fresh_visitor( array $cookies = [] ): void {
	$_COOKIE = $cookies;
	( new ReflectionProperty( Paid_Post::class, 'opened' ) )->setValue( null, [] );
}

test( 'Apache’s other name for the header does', function () {
	$post = a_post();
	same( visit( [ 'REDIRECT_HTTP_AUTHORIZATION' => paying_for( $post ) ] )[0], 200 );
} );

test( 'what one opened opens no other post on the page', function () {
	$post = a_post();
	visit( [ 'HTTP_AUTHORIZATION' => paying_for( $post ) ] );
	Site::$post = new WP_Post( 43, BLOCK_POST, 'Another' );
	hasnt( shown(), 'midnight' );
} );

test( 'T22 no answer of a sold post is kept by a cache', function () {
	$post = a_post();
	$visits = [
		'closed'      => [],
		'for program' => [ 'HTTP_ACCEPT' => '*/*' ],
		'refused'     => [ 'HTTP_AUTHORIZATION' => 'Payment !' ],
		'paid'        => [ 'HTTP_AUTHORIZATION' => paying_for( $post ) ],
		'a form'      => [ 'REQUEST_METHOD' => 'POST' ],
	];
	foreach ( $visits as $name => $visit ) {
		$told = [];
		Site::$hooks['litespeed_control_set_nocache'] = [ 10 => [ [ function ( $why ) use ( &$told ) { return $told[] = $why; }, 1 ] ] ];
		visit( $visit );
		same( sent( 'Cache-Control' ), 'private, no-store', $name );
		has( sent( 'Vary' ), 'Cookie' );
		has( sent( 'Vary' ), 'Authorization' );
		same( count( $told ), 1, $name );
	}
	same( DONOTCACHEPAGE, true );
	Site::$can = [ 'edit_post' ];
	visit();
	same( sent( 'Cache-Control' ), 'private, no-store', 'an editor' );
} );

test( 'free posts, feeds and embeds are answered as before', function () {
	a_post( 'All free.' );
	same( [ visit()[0], Site::$headers ], [ 200, [] ] );
	a_post();
	foreach ( [ 'list', 'feed', 'embed' ] as $kind ) {
		Site::$kind = $kind;
		same( [ visit()[0], Site::$headers ], [ 200, [] ], $kind );
	}
} );

test( 'a form sent to a sold post pays for nothing and shows nothing', function () {
	$post = a_post();
	[ $status, $html ] = visit( [ 'REQUEST_METHOD' => 'POST', 'HTTP_AUTHORIZATION' => paying_for( $post ) ] );
	same( $status, 200 );
	hasnt( $html, 'midnight' );
} );

test( 'without a payee what is paid stays away, and nothing is asked', function () {
	a_post();
	Site::$options['micropay']['payee'] = '';
	[ $status, $html ] = visit();
	same( [ $status, sent( 'WWW-Authenticate' ) ], [ 200, '' ] );
	hasnt( $html, 'midnight' );
	hasnt( $html, '<micro-pay ' );
	has( $html, 'can’t be bought yet' );
} );

test( 'a wallet over http is asked only with play money', function () {
	$post = a_post();
	Site::$options['micropay'] = [ 'payee' => 'http://localhost:4400/~news', 'play_money' => false ];
	same( MicroPay\Shop::of_site(), null );
	Site::$options['micropay']['play_money'] = true;
	same( MicroPay\Shop::of_site()->payee->wallet, 'http://localhost:4400' );
} );

test( 'what is no text, or has quotes, breaks nothing', function () {
	a_post();
	$_COOKIE = [ '__Host-micropay' => [ 'a' => 'b' ] ];
	same( visit( [ 'HTTP_AUTHORIZATION' => 'Payment "', 'HTTP_ACCEPT' => '"' ] )[0], 402 );
	same( visit( [ 'HTTP_AUTHORIZATION' => 'Bearer x', 'HTTP_ACCEPT' => str_repeat( 'text/html,', 500 ) ] )[0], 200 );
	hasnt( visit( [ 'HTTP_AUTHORIZATION' => 'Bearer x' ] )[1], 'midnight' );
} );

test( 'the site is what its settings say, not what a request says of itself', function () {
	a_post();
	visit( [ 'HTTP_HOST' => 'evil.example' ] );
	has( sent( 'WWW-Authenticate' ), 'realm="news.example"' );
} );
