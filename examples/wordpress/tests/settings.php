<?php
/** Settings: what is sent is cleaned, what can't be used changes nothing; the price box; and the check of a receipt. */

use MicroPay\{Price_Box, Settings};

function saved( mixed $sent ): array {
	do_action( 'admin_init' );
	return Site::$options['micropay'] = Site::$settings['micropay']( $sent );
}

test( 'good settings are kept as they were meant', function () {
	$sent = [ 'payee' => ' https://purse.example/~maya ', 'amount' => '0.10', 'currency' => 'EUR', 'play_money' => '1', 'payee_key' => key_of( 'payee' )['jwk']['x'], 'evil' => 'x' ];
	same( saved( $sent ) == [ 'payee' => 'https://purse.example/~maya', 'amount' => '0.10', 'currency' => 'EUR', 'play_money' => true, 'indexed' => false, 'payee_key' => key_of( 'payee' )['jwk']['x'] ], true );
	same( Site::$errors, [] );
	same( saved( Settings::all() ) == Settings::all(), true, 'WordPress cleans a new option twice.' );
	same( saved( [ 'payee' => 'https://purse.example/~maya' ] )['play_money'], false, 'An empty box is sent as nothing.' );
} );

test( 'teasers are found by search engines until the tick is taken away', function () {
	same( Settings::all()['indexed'], true );
	same( saved( [ 'indexed' => '1' ] )['indexed'], true );
	same( saved( [] )['indexed'], false );
} );

test( 'what can’t be used is told, and changes nothing', function () {
	$cases = [
		[ 'payee' => 'http://wallet.example/~news' ],
		[ 'payee' => 'https://wallet.example/~news"><script>' ],
		[ 'amount' => '0,02' ],
		[ 'amount' => '2', 'currency' => 'XYZ' ],
		[ 'payee_key' => str_repeat( 'A', 43 ) ],
	];
	foreach ( $cases as $sent ) {
		fresh_site();
		$before = Settings::all();
		same( saved( $sent + [ 'indexed' => '1' ] ) == $before, true, json_encode( $sent ) );
		same( count( Site::$errors ), 1 );
	}
	foreach ( [ null, 'x', [ 'payee' => [ 'x' ] ], 7 ] as $sent ) {
		same( is_array( saved( $sent ) ), true );
	}
} );

test( 'a new secret is made when it is wished, and never shown', function () {
	$before = Site::$options['micropay_secret'];
	saved( [ 'new_secret' => '1' ] );
	$made = Site::$options['micropay_secret'];
	same( [ $made === $before, strlen( $made ) ], [ false, 43 ] );
	Site::$can = [ 'manage_options' ];
	ob_start();
	Settings::show();
	hasnt( ob_get_clean(), $made );
} );

test( 'a site without a secret makes one, and keeps it', function () {
	unset( Site::$options['micropay_secret'] );
	$secret = MicroPay\Shop::of_site()->secret;
	same( [ strlen( $secret ), MicroPay\Shop::of_site()->secret ], [ 43, $secret ] );
} );

test( 'the settings are shown to who may manage them, escaped', function () {
	Site::$options['micropay']['payee'] = '"><script>alert(1)</script>';
	ob_start();
	Settings::show();
	same( ob_get_clean(), '' );
	Site::$can = [ 'manage_options' ];
	ob_start();
	Settings::show();
	$html = ob_get_clean();
	hasnt( $html, '<script>' );
	has( $html, 'value="&quot;&gt;&lt;script&gt;' );
} );

test( 'a price is kept from the box only with its nonce, by who may edit', function () {
	$post = a_post( MORE_POST );
	$good = [ 'micropay_price_nonce' => 'nonce of micropay_price', 'micropay_price' => ' 0.05 ' ];
	$send = function ( array $sent, array $can ): string {
		Site::$metas = [];
		$_POST       = $sent;
		Site::$can   = $can;
		do_action( 'save_post', 42 );
		return Site::$metas[42]['_micropay_price'] ?? '';
	};
	same( $send( $good, [ 'edit_post' ] ), '0.05' );
	same( $send( $good, [] ), '' );
	same( $send( [ 'micropay_price_nonce' => 'x' ] + $good, [ 'edit_post' ] ), '' );
	same( $send( [ 'micropay_price' => '0.05' ], [ 'edit_post' ] ), '' );
	same( $send( [ 'micropay_price' => [ '1' ] ] + $good, [ 'edit_post' ] ), '' );
	same( $send( [ 'micropay_price' => '"><script>x</script>' . str_repeat( '9', 99 ) ] + $good, [ 'edit_post' ] ), '">x' . str_repeat( '9', 13 ) );
	ob_start();
	Price_Box::show( $post );
	$html = ob_get_clean();
	has( $html, 'value="&quot;&gt;x999' );
	has( $html, 'can’t be read' );
} );

test( 'a receipt and a tap receipt are judged by the keys of wallet and payee', function () {
	Site::$options['micropay']['payee_key'] = key_of( 'payee' )['jwk']['x'];
	same( Settings::judged( ' ' . vectors( 'receipts' )['vectors'][0]['output'] . "\n", NOW ), 'Play money. Good: 2 usd paid to you on 2026-11-23 for “GET /articles/1”.' );
	same( Settings::judged( vectors( 'tap-receipts' )['vectors'][0]['output'], NOW ), 'Good: 20000 usd-micro paid to you on 2026-11-23 for “GET /articles/1”.' );
	$bad = [ '', 'x', [ 'x' ], vectors( 'grants' )['vectors'][0]['output'], substr( vectors( 'receipts' )['vectors'][0]['output'], 0, -4 ) . 'AAAA' ];
	$bad[] = signed( 'receipt', [ 'aud' => 'https://wallet.example/~busker' ] + vectors( 'receipts' )['vectors'][0]['input'] );
	$bad[] = signed( 'tap', vectors( 'tap-receipts' )['vectors'][0]['input'], 'stranger' );
	foreach ( $bad as $text ) {
		has( Settings::judged( $text, NOW ), 'Not good' );
	}
	fresh_site();
	Site::$wallet = null;
	has( Settings::judged( vectors( 'receipts' )['vectors'][0]['output'], NOW ), 'can’t be reached' );
} );

test( 'a receipt is checked only with the form’s nonce', function () {
	Site::$can = [ 'manage_options' ];
	$_POST     = [ 'receipt' => 'x', '_wpnonce' => 'another' ];
	ob_start();
	$refused = '';
	try {
		Settings::show();
	} catch ( Exception $error ) {
		$refused = $error->getMessage();
	}
	ob_end_clean();
	same( $refused, 'The link you followed has expired.' );
} );
