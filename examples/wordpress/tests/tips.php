<?php
/** Tips: the shortcode and the block, whatever an author, or a stranger, writes into them. */

test( 'the shortcode is a button to the site’s payee, and a link without script', function () {
	same(
		do_shortcode( '[micropay_tip amount="0.05" reason="A drawing"]' ),
		'<micro-pay to="https://wallet.example/~news" amount="0.05" currency="USD" reason="A drawing"><a href="https://wallet.example/~news?amount=0.05&amp;currency=USD&amp;reason=A%20drawing">Tip 5¢</a></micro-pay>'
	);
	has( do_shortcode( '[micropay_tip]' ), 'amount="0.02" currency="USD"><a href="https://wallet.example/~news?amount=0.02&amp;currency=USD">Tip 2¢' );
} );

test( 'the block says the same', function () {
	same( do_blocks( '<!-- wp:micro-pay/tip {"amount":"0.05","reason":"A drawing"} /-->' ), do_shortcode( '[micropay_tip amount="0.05" reason="A drawing"]' ) );
	same( do_blocks( '<!-- wp:micro-pay/tip /-->' ), do_shortcode( '[micropay_tip]' ) );
	same( do_blocks( '<!-- wp:micro-pay/tip {"amount":"","currency":"","reason":""} /-->' ), do_shortcode( '[micropay_tip]' ) );
} );

test( 'an item at the wallet is sold by shortcode and block, and by its link without script', function () {
	$html = '<micro-pay item="itm_1234567890abcdefghij" to="https://wallet.example/~news" amount="0.05" currency="USD" reason="The song"><a href="https://wallet.example/~news/itm_1234567890abcdefghij">Buy for 5¢</a></micro-pay>';
	same( do_shortcode( '[micropay_item item="itm_1234567890abcdefghij" amount="0.05" reason="The song"]' ), $html );
	same( do_blocks( '<!-- wp:micro-pay/item {"item":"itm_1234567890abcdefghij","amount":"0.05","reason":"The song"} /-->' ), $html );
	foreach ( [ '', 'itm_', 'itm_12345678', 'song', 'itm_1"><b>', 'itm_1234567890abcdefghij/../~thief', "itm_1234567890abcdefghij\n", 'itm_' . str_repeat( 'x', 99 ) ] as $item ) {
		same( Site::$shortcodes['micropay_item']( [ 'item' => $item ] ), '', $item );
	}
	same( Site::$shortcodes['micropay_item']( '' ), '' );
	Site::$options['micropay']['payee'] = '';
	same( do_shortcode( '[micropay_item item="itm_1234567890abcdefghij"]' ), '' );
} );

test( 'hostile attributes stay words', function () {
	foreach ( [ "\"><script>alert(1)</script>", "' onmouseover=alert(1) x='", 'x" to="https://evil.example/~thief', "a\r\nSet-Cookie: x", "\u{202e}desrever", str_repeat( '🎈', 9999 ), "\xff\xfe" ] as $reason ) {
		$html = Site::$shortcodes['micropay_tip']( [ 'reason' => $reason, 'to' => 'https://evil.example/~thief', 'src' => 'javascript:alert(1)', 'onclick' => 'alert(1)' ] );
		same( preg_match( '#^<micro-pay to="https://wallet\.example/~news" amount="0\.02" currency="USD"( reason="[^"<>\r\n]*")?><a href="https://wallet\.example/~news\?[\w.&;=%~-]*">Tip 2¢</a></micro-pay>$#u', $html ), 1, $html );
		same( strlen( $html ) < 3000, true );
		hasnt( $html, "\u{202e}" );
	}
} );

test( 'a price that can’t be read is no button', function () {
	foreach ( [ '0', '-1', '1e3', '0.0000001', '1000001', 'NaN', '"><b>', '0.02 ' ] as $amount ) {
		same( Site::$shortcodes['micropay_tip']( [ 'amount' => $amount ] ), '', $amount );
	}
	foreach ( [ 'usd', 'USX', 'US"', 'USDX' ] as $currency ) {
		same( Site::$shortcodes['micropay_tip']( [ 'currency' => $currency ] ), '', $currency );
	}
	same( Site::$blocks['micro-pay/tip']['render_callback']( [ 'amount' => [ 'x' ], 'reason' => 7 ] ), do_shortcode( '[micropay_tip]' ) );
	Site::$options['micropay']['payee'] = '';
	same( do_shortcode( '[micropay_tip]' ), '' );
} );

test( 'cents are said where readers say them', function () {
	Site::$locale = 'de_DE';
	has( do_shortcode( '[micropay_tip]' ), 'Tip 0.02 USD' );
	Site::$locale = 'en_US';
	has( do_shortcode( '[micropay_tip amount="0.25"]' ), 'Tip 25¢' );
	has( do_shortcode( '[micropay_tip amount="1.25" currency="EUR"]' ), 'Tip 1.25 EUR' );
} );

test( 'the script is the pinned file with its hash, and no other script is touched', function () {
	$named = [ 'src' => 'https://static.example/micro-pay@1.2.3.js', 'integrity' => 'sha384-abc' ];
	Site::$hooks['micro_pay_element'] = [ 10 => [ [ fn() => $named, 1 ] ] ];
	do_shortcode( '[micropay_tip]' );
	same( Site::$enqueued, [ 'micro-pay' => $named['src'] ] );
	same(
		apply_filters( 'wp_script_attributes', [ 'id' => 'micro-pay-js-module' ] ),
		[ 'id' => 'micro-pay-js-module', 'integrity' => 'sha384-abc', 'crossorigin' => 'anonymous' ]
	);
	same( apply_filters( 'wp_script_attributes', [ 'id' => 'jquery' ] ), [ 'id' => 'jquery' ] );
	Site::$hooks['micro_pay_element'] = [ 10 => [ [ fn() => null, 1 ] ] ];
	Site::$enqueued = [];
	has( do_shortcode( '[micropay_tip]' ), '<a href=' );
	same( Site::$enqueued, [] );
	same( apply_filters( 'wp_script_attributes', [ 'id' => 'micro-pay-js-module' ] ), [ 'id' => 'micro-pay-js-module' ] );
	unset( Site::$hooks['micro_pay_element'] );
} );
