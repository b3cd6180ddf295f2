<?php
/** A post whose rest is paid for: what is free of it, and nothing else in feeds, REST, excerpts and pages until it was opened. */

namespace MicroPay;

final class Paid_Post {
	private const BUTTON = '<!-- micro-pay button -->';
	/** Where a paid part begins and ends, as a block or a shortcode; from the first to the last everything is paid. */
	private const BEGIN  = '(?:<!--\s+wp:micro-pay/paid[\s/]|\[micropay_paid(?![\w-]))';
	private const END    = '(?:<!--\s+/wp:micro-pay/paid\s+-->|\[/micropay_paid\])';
	private const PART   = '#' . self::BEGIN . '.*' . self::END . '|' . self::BEGIN . '.*#s';
	private const MORE   = '#(?:<!--\s+wp:more\b(?:(?!-->).)*-->\s*)?<!--more.*#s';

	/** @var array<int, true> What this visitor opened with this request. */
	private static array $opened = [];

	public static function hook(): void {
		// First of all, before anything else can read the rest; last of all the button.
		add_filter( 'the_content', [ self::class, 'content' ], PHP_INT_MIN );
		add_filter( 'the_content', [ self::class, 'with_button' ], PHP_INT_MAX );
		add_filter( 'the_content_feed', [ self::class, 'feed' ], PHP_INT_MAX );
		add_filter( 'get_the_excerpt', [ self::class, 'excerpt' ], PHP_INT_MIN, 2 );
		add_action( 'wp_head', [ self::class, 'structured_data' ] );
		add_action( 'rest_api_init', [ self::class, 'hook_rest' ] );
	}

	public static function hook_rest(): void {
		foreach ( self::types() as $type ) {
			add_filter( "rest_prepare_$type", [ self::class, 'rest' ], PHP_INT_MAX, 2 );
		}
	}

	/** @return string[] Kinds of posts that can be sold. */
	public static function types(): array {
		return (array) apply_filters( 'micro_pay_post_types', [ 'post', 'page' ] );
	}

	/** Sold is what has a paid part, or a price of its own. A price that can't be read sells at the site's. */
	public static function is_sold( ?\WP_Post $post ): bool {
		return $post && in_array( $post->post_type, self::types(), true )
			// Who doesn't know a post's password is shown nothing, and asked for no money.
			&& ! post_password_required( $post )
			&& ( '' !== self::own_price( $post ) || preg_match( '#' . self::BEGIN . '#', $post->post_content ) );
	}

	/** @return array{amount: string, currency: string}|null As people write it; null where nobody set a price. */
	public static function price( \WP_Post $post ): ?array {
		[ 'amount' => $amount, 'currency' => $currency ] = Settings::all();
		$own   = self::own_price( $post );
		$price = [ 'amount' => money_from( $own, $currency ) ? $own : $amount, 'currency' => $currency ];
		return money_from( ...array_values( $price ) ) ? $price : null;
	}

	public static function own_price( \WP_Post $post ): string {
		return trim( (string) get_post_meta( $post->ID, '_micropay_price', true ) );
	}

	/** What one payment opens: this post, whatever its address becomes. */
	public static function offer( \WP_Post $post ): ?Offer {
		$price = self::price( $post );
		$path  = rtrim( (string) wp_parse_url( home_url(), PHP_URL_PATH ), '/' );
		$title = html_entity_decode( wp_strip_all_tags( $post->post_title ), ENT_QUOTES | ENT_HTML5, 'UTF-8' );
		return $price ? new Offer( "GET $path/?p={$post->ID}", money_from( ...array_values( $price ) ), $title ) : null;
	}

	public static function open( \WP_Post $post ): void {
		self::$opened[ $post->ID ] = true;
	}

	private static function is_open( \WP_Post $post ): bool {
		return isset( self::$opened[ $post->ID ] ) || current_user_can( 'edit_post', $post->ID );
	}

	/** The paid part, as a block or a shortcode. One that got into another post, by a pattern or a filter, was not sold there. */
	public static function block( mixed $attributes, ?string $content ): string {
		$post = get_post();
		return $post && self::is_open( $post ) ? "<div class=\"micro-pay-paid\">$content</div>" : '';
	}

	private static function is_closed( ?\WP_Post $post ): bool {
		return self::is_sold( $post ) && ! self::is_open( $post );
	}

	/** What everyone may read, as it was written. Where nothing says what is free, nothing is. */
	private static function free_part( \WP_Post $post ): string {
		$content = $post->post_content;
		foreach ( [ self::PART, self::MORE ] as $paid ) {
			if ( preg_match( $paid, $content ) ) {
				return (string) preg_replace( $paid, "\n\n" . self::BUTTON . "\n\n", $content );
			}
		}
		return self::BUTTON;
	}

	/** Made from the post and not from what came: a page of it, or another filter's work, could be of the rest. */
	public static function content( mixed $content ): string {
		$post = get_post();
		return self::is_closed( $post ) ? self::free_part( $post ) : (string) $content;
	}

	public static function with_button( mixed $content ): string {
		$post    = get_post();
		$content = (string) $content;
		if ( ! str_contains( $content, self::BUTTON ) || ! self::is_closed( $post ) ) {
			return $content;
		}
		$button = is_feed() ? self::link( $post ) : Button::opening( $post );
		return str_replace( [ '<p>' . self::BUTTON . '</p>', self::BUTTON ], $button, force_balance_tags( $content ) );
	}

	/** Feeds run no script. */
	private static function link( \WP_Post $post ): string {
		return '<a href="' . esc_url( get_permalink( $post ) ) . '">' . esc_html__( 'Read on', 'micro-pay' ) . '</a>';
	}

	/** The free part as HTML, whatever other filters made of it. */
	private static function free_html( \WP_Post $post ): string {
		$free = self::free_part( $post );
		$html = do_shortcode( has_blocks( $free ) ? do_blocks( $free ) : wpautop( $free ) );
		return str_replace( self::BUTTON, self::link( $post ), force_balance_tags( $html ) );
	}

	public static function feed( mixed $content ): string {
		$post = get_post();
		return self::is_closed( $post ) ? self::free_html( $post ) : (string) $content;
	}

	/** An excerpt that WordPress would make itself is made of the free part; the author's own stays. */
	public static function excerpt( mixed $excerpt, ?\WP_Post $post = null ): string {
		$post ??= get_post();
		if ( '' !== (string) $excerpt || ! self::is_closed( $post ) ) {
			return (string) $excerpt;
		}
		// Not empty, or WordPress would make one all the same.
		$words = wp_trim_words( strip_shortcodes( self::free_part( $post ) ), 55 );
		return '' === trim( $words ) ? get_the_title( $post ) : $words;
	}

	public static function rest( \WP_REST_Response $response, \WP_Post $post ): \WP_REST_Response {
		if ( self::is_sold( $post ) && ! current_user_can( 'edit_post', $post->ID ) ) {
			$free = [
				'content' => self::free_html( $post ),
				'excerpt' => wpautop( wp_kses_post( self::excerpt( $post->post_excerpt, $post ) ) ),
			];
			foreach ( array_intersect_key( $free, $response->data ) as $field => $html ) {
				$response->data[ $field ] = [ 'rendered' => $html, 'protected' => false ];
			}
		}
		return $response;
	}

	/** Tells search engines what is paid for, so that a teaser is no deceit. */
	public static function structured_data(): void {
		$post = is_singular() ? get_queried_object() : null;
		if ( $post instanceof \WP_Post && self::is_sold( $post ) ) {
			$paid = [ '@type' => 'WebPageElement', 'isAccessibleForFree' => false, 'cssSelector' => '.micro-pay-paid' ];
			$said = [ '@context' => 'https://schema.org', '@type' => 'Article', 'headline' => $post->post_title, 'isAccessibleForFree' => false, 'hasPart' => $paid ];
			echo '<script type="application/ld+json">' . wp_json_encode( $said, JSON_HEX_TAG | JSON_HEX_AMP ) . "</script>\n";
		}
	}
}
