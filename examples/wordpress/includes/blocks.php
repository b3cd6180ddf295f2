<?php
/** The blocks and the shortcodes: a tip, an item that is sold at the wallet, and the paid part of a post. */

namespace MicroPay;

final class Blocks {
	public static function hook(): void {
		add_action( 'init', [ self::class, 'register' ] );
		add_shortcode( 'micropay_tip', [ self::class, 'tip' ] );
		add_shortcode( 'micropay_item', [ self::class, 'item' ] );
		add_shortcode( 'micropay_paid', fn( $attributes, ?string $content = '' ) => do_shortcode( Paid_Post::block( $attributes, $content ) ) );
	}

	/** Titles and looks are in editor.js. */
	public static function register(): void {
		$needs = [ 'wp-blocks', 'wp-block-editor', 'wp-components', 'wp-element', 'wp-i18n' ];
		wp_register_script( 'micro-pay-editor', plugins_url( 'assets/editor.js', FILE ), $needs, '0.1.0', true );
		$common = [ 'api_version' => 3, 'editor_script_handles' => [ 'micro-pay-editor' ] ];
		$text   = [ 'type' => 'string', 'default' => '' ];
		$said   = [ 'amount' => $text, 'currency' => $text, 'reason' => $text ];
		$sold   = [ 'item' => $text ] + $said;
		register_block_type( 'micro-pay/tip', $common + [ 'attributes' => $said, 'render_callback' => [ self::class, 'tip' ] ] );
		register_block_type( 'micro-pay/item', $common + [ 'attributes' => $sold, 'render_callback' => [ self::class, 'item' ] ] );
		register_block_type( 'micro-pay/paid', $common + [ 'render_callback' => [ Paid_Post::class, 'block' ] ] );
	}

	/** @param array|string $attributes What an author wrote; a shortcode without any gives a string. */
	public static function tip( array|string $attributes ): string {
		[ 'amount' => $amount, 'currency' => $currency, 'reason' => $reason ] = self::said( $attributes );
		return Button::tip( $amount, $currency, $reason );
	}

	/** Its price is the wallet's: another one that stands here sells nothing, and the button says so. */
	public static function item( array|string $attributes ): string {
		[ 'item' => $item, 'amount' => $amount, 'currency' => $currency, 'reason' => $reason ] = self::said( $attributes );
		return Button::item( $item, $amount, $currency, $reason );
	}

	/** @return array<string, string> */
	private static function said( array|string $attributes ): array {
		$said = array_filter( is_array( $attributes ) ? $attributes : [], fn( $value ) => is_string( $value ) && '' !== $value );
		return $said + Settings::all() + [ 'reason' => '', 'item' => '' ];
	}
}
