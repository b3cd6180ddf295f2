<?php
/** A sold post: what of it everyone may read, and that the rest comes out nowhere. */

const SECRET_WORDS = 'The river told me at midnight.';
const BLOCK_POST   = "<!-- wp:paragraph -->\n<p>Free before.</p>\n<!-- /wp:paragraph -->\n<!-- wp:micro-pay/paid -->\n<!-- wp:paragraph -->\n<p>" . SECRET_WORDS . "</p>\n<!-- /wp:paragraph -->\n<!-- /wp:micro-pay/paid -->\n<!-- wp:paragraph -->\n<p>Free after.</p>\n<!-- /wp:paragraph -->";
const CODE_POST    = "Free before.\n\n[micropay_paid]\n\n" . SECRET_WORDS . "\n\n[/micropay_paid]\n\nFree after.";
const MORE_POST    = "Free before.\n<!--more-->\n" . SECRET_WORDS;

function a_post( string $content = BLOCK_POST, string $price = '' ): WP_Post {
	$post                              = new WP_Post( 42, $content, 'How rivers “remember” <b>us</b>' );
	Site::$metas[42]['_micropay_price'] = $price;
	Site::$post                        = $post;
	Site::$queried                     = $post;
	return $post;
}
/** As WordPress shows a post: its filters in their order, blocks at 9, paragraphs at 10, shortcodes at 11. */
add_filter( 'the_content', 'do_blocks', 9 );
add_filter( 'the_content', fn( string $html ): string => has_blocks( Site::$post?->post_content ?? '' ) ? $html : wpautop( $html ) );
add_filter( 'the_content', 'do_shortcode', 11 );
add_filter( 'get_the_excerpt', fn( string $excerpt, ?WP_Post $post ): string => '' === $excerpt ? wp_trim_words( apply_filters( 'the_content', $post->post_content ), 55 ) : $excerpt, 10, 2 );

function shown( ?string $content = null ): string {
	return apply_filters( 'the_content', $content ?? Site::$post->post_content );
}
/** Every way that a post's words take to a visitor who hasn't paid. */
function everywhere( WP_Post $post ): array {
	$ways = [ 'page' => shown() ];
	Site::$kind      = 'list';
	$ways['list']    = shown();
	$ways['excerpt'] = apply_filters( 'get_the_excerpt', $post->post_excerpt, $post );
	Site::$post      = new WP_Post( 7, 'Another, free.', 'Free' );
	$ways['excerpt of another than the current post'] = apply_filters( 'get_the_excerpt', $post->post_excerpt, $post );
	Site::$post      = $post;
	$rest            = new WP_REST_Response( [ 'id' => 42, 'content' => [ 'rendered' => "<p>$post->post_content</p>", 'raw' => $post->post_content ], 'excerpt' => [ 'rendered' => $post->post_content ] ] );
	$ways['REST']    = json_encode( apply_filters( 'rest_prepare_post', $rest, $post )->data, JSON_UNESCAPED_SLASHES );
	Site::$kind      = 'feed';
	$ways['feed']    = apply_filters( 'the_content_feed', shown() );
	$ways['a feed’s own words'] = apply_filters( 'the_content_feed', $post->post_content );
	Site::$kind      = 'singular';
	return $ways;
}

foreach ( [
	'a paid part'                   => [ BLOCK_POST, '' ],
	'a paid part in columns'        => [ "<!-- wp:columns -->\n" . BLOCK_POST . "\n<!-- /wp:columns -->", '' ],
	'a paid part that never closes' => [ str_replace( '<!-- /wp:micro-pay/paid -->', '', BLOCK_POST ), '' ],
	'a paid part in wide letters'   => [ str_replace( '<!-- wp:micro-pay/paid -->', "<!--\n  wp:micro-pay/paid {\"x\":1}  -->", BLOCK_POST ), '' ],
	'two paid parts'                => [ BLOCK_POST . BLOCK_POST, '' ],
	'a shortcode'                   => [ CODE_POST, '' ],
	'a shortcode that never closes' => [ str_replace( '[/micropay_paid]', '', CODE_POST ), '' ],
	'a shortcode in wide letters'   => [ str_replace( '[micropay_paid]', '[micropay_paid x="1" ]', CODE_POST ), '' ],
	'a shortcode that closes itself' => [ str_replace( '[micropay_paid]', '[micropay_paid/]', CODE_POST ), '' ],
	'a shortcode with odd words'    => [ str_replace( '[micropay_paid]', '[micropay_paid="x"]', CODE_POST ), '' ],
	'two shortcodes'                => [ CODE_POST . CODE_POST, '' ],
	'a shortcode around a block'    => [ "Free before.\n[micropay_paid]" . BLOCK_POST . '[/micropay_paid]', '' ],
	'a block around a shortcode'    => [ str_replace( SECRET_WORDS, '[micropay_paid]' . SECRET_WORDS . '[/micropay_paid]' . SECRET_WORDS, BLOCK_POST ), '' ],
	'a shortcode and a block'       => [ CODE_POST . BLOCK_POST, '' ],
	'a price and “more”'            => [ MORE_POST, '0.05' ],
	'a price and “more” as a block' => [ "Free before.\n<!-- wp:more {\"customText\":\"go on\"} -->\n<!--more go on-->\n<!-- /wp:more -->\n" . SECRET_WORDS, '0.05' ],
	'a price and pages'             => [ MORE_POST . "\n<!--nextpage-->\n" . SECRET_WORDS, '0.05' ],
	'a price and nothing free'      => [ 'Free before? No. ' . SECRET_WORDS, '0.05' ],
	'a price nobody can read'       => [ MORE_POST, 'two cents' ],
] as $name => [ $content, $price ] ) {
	test( "the paid words come out nowhere: $name", function () use ( $name, $content, $price ) {
		$post = a_post( $content, $price );
		foreach ( everywhere( $post ) as $way => $text ) {
			hasnt( $text, 'midnight' );
			str_contains( $name, 'nothing free' ) || has( $text, 'Free before.' );
		}
		// Whatever page of it, or other words of it, a theme hands to the filter.
		foreach ( [ SECRET_WORDS, '', $content ] as $handed ) {
			hasnt( shown( $handed ), 'midnight' );
		}
	} );
}

test( 'before and behind a paid part it is free, and the button stands between', function () {
	a_post();
	same( preg_match( '#Free before\..*<micro-pay[^>]*>.*</micro-pay>.*Free after\.#s', shown() ), 1 );
	a_post( CODE_POST );
	same( preg_match( '#Free before\..*<micro-pay[^>]*>.*</micro-pay>.*Free after\.#s', shown() ), 1 );
} );

test( 'the button says address, price and that it is play money, and works as a link', function () {
	a_post();
	$html = shown();
	has( $html, '<micro-pay src="https://news.example/a-post-42/" amount="0.02" currency="USD"><a href="https://news.example/a-post-42/">Read on for 2¢</a></micro-pay>' );
	Site::$options['micropay']['play_money'] = true;
	has( shown(), '<micro-pay test src=' );
	a_post( MORE_POST, '1.50' );
	Site::$options['micropay']['currency'] = 'EUR';
	has( shown(), 'amount="1.50" currency="EUR"' );
} );

test( 'a feed has a link and no element', function () {
	$post = a_post();
	Site::$kind = 'feed';
	$feed = apply_filters( 'the_content_feed', shown() );
	hasnt( $feed, '<micro-pay' );
	has( $feed, '<a href="https://news.example/a-post-42/">' );
} );

test( 'who may edit the post reads all of it, and its raw words by REST', function () {
	$post      = a_post();
	Site::$can = [ 'edit_post' ];
	has( shown(), SECRET_WORDS );
	a_post( CODE_POST );
	same( preg_match( '#<div class="micro-pay-paid">\s*(<p>)?' . SECRET_WORDS . '.*</div>.*Free after#s', shown() ), 1, shown() );
	hasnt( shown(), '[' );
	a_post();
	$rest = new WP_REST_Response( [ 'content' => [ 'raw' => BLOCK_POST ] ] );
	same( apply_filters( 'rest_prepare_post', $rest, $post )->data, [ 'content' => [ 'raw' => BLOCK_POST ] ] );
} );

test( 'free posts are left alone', function () {
	foreach ( [ MORE_POST, 'All free.' ] as $content ) {
		$post = a_post( $content );
		has( shown(), trim( strrchr( "\n$content", "\n" ) ) );
		same( apply_filters( 'the_content_feed', '<p>x</p>' ), '<p>x</p>' );
	}
	Site::$post = null;
	same( shown( 'words without a post' ), "<p>words without a post</p>\n" );
	$page            = a_post();
	$page->post_type = 'product';
	has( shown(), 'Free before' );
} );

test( 'a paid part that got into another post shows nothing there', function () {
	$free = new WP_Post( 7, 'A free post with a pattern.', 'Free' );
	Site::$post = $free;
	hasnt( shown( BLOCK_POST ), 'midnight' );
	hasnt( shown( CODE_POST ), 'midnight' );
} );

test( 'a post with a password shows nothing of itself, and asks for no money', function () {
	$post = a_post();
	Site::$password = true;
	same( trim( shown( '<form>password</form>' ) ), '<form>password</form>' );
	$rest = new WP_REST_Response( [ 'content' => [ 'rendered' => '' ] ] );
	same( apply_filters( 'rest_prepare_post', $rest, $post )->data['content']['rendered'], '' );
} );

test( 'the author’s own excerpt stays', function () {
	$post = a_post();
	$post->post_excerpt = 'A <em>word</em> from me.';
	same( apply_filters( 'get_the_excerpt', $post->post_excerpt, $post ), 'A <em>word</em> from me.' );
	$rest = new WP_REST_Response( [ 'excerpt' => [ 'rendered' => 'x' ] ] );
	has( apply_filters( 'rest_prepare_post', $rest, $post )->data['excerpt']['rendered'], 'A <em>word</em> from me.' );
} );

test( 'what is owned is the post, whatever its address becomes', function () {
	$post  = a_post();
	$offer = MicroPay\Paid_Post::offer( $post );
	same( [ $offer->scope, $offer->money, $offer->title ], [ 'GET /?p=42', [ 'amount' => '2', 'currency' => 'usd' ], 'How rivers “remember” us' ] );
	Site::$home = 'https://news.example/blog';
	same( MicroPay\Paid_Post::offer( $post )->scope, 'GET /blog/?p=42' );
} );

test( 'search engines are told what is paid for, and a title ends no script', function () {
	$post = a_post();
	$post->post_title = 'A </script><script>alert(1)</script> & title';
	ob_start();
	do_action( 'wp_head' );
	$html = ob_get_clean();
	same( substr_count( $html, '</script>' ), 1 );
	$said = json_decode( preg_replace( '#^<script[^>]*>|</script>\s*$#', '', $html ), true );
	same( [ $said['isAccessibleForFree'], $said['headline'] ], [ false, $post->post_title ] );
} );
