<?php
/** `<micro-pay>` in HTML, and its script: one pinned file with its hash, beside this plugin. */

namespace MicroPay;

final class Button {
	public static function hook(): void {
		add_filter( 'wp_script_attributes', [ self::class, 'pin' ] );
	}

	/** A tip: no server of ours is asked. Nothing where the site has no payee or the price can't be read. */
	public static function tip( string $amount, string $currency, string $reason ): string {
		$shop = Shop::of_site();
		if ( ! $shop || ! money_from( $amount, $currency ) ) {
			return '';
		}
		$asked = self::asked( $amount, $currency, $reason );
		$link  = $shop->payee->url . '?' . http_build_query( $asked, '', '&', PHP_QUERY_RFC3986 );
		/* translators: %s: a price */
		$label = sprintf( __( 'Tip %s', 'micro-pay' ), price_label( $amount, $currency ) );
		return self::html( [ 'to' => $shop->payee->url ] + $asked, $link, $label, $shop );
	}

	/** Something that the site's payee sells at the wallet. Nothing where it has no such name. */
	public static function item( string $item, string $amount, string $currency, string $reason ): string {
		$shop = Shop::of_site();
		if ( ! $shop || ! money_from( $amount, $currency ) || ! preg_match( '/^itm_[\w-]{20,60}$/D', $item ) ) {
			return '';
		}
		/* translators: %s: a price */
		$label = sprintf( __( 'Buy for %s', 'micro-pay' ), price_label( $amount, $currency ) );
		$said  = [ 'item' => $item, 'to' => $shop->payee->url ] + self::asked( $amount, $currency, $reason );
		return self::html( $said, "{$shop->payee->url}/$item", $label, $shop );
	}

	/** @return array<string, string> What is paid, and what for. */
	private static function asked( string $amount, string $currency, string $reason ): array {
		return array_filter( [ 'amount' => $amount, 'currency' => $currency, 'reason' => printable( $reason ) ] );
	}

	/** The button that opens a post. */
	public static function opening( \WP_Post $post ): string {
		$shop  = Shop::of_site();
		$price = $shop ? Paid_Post::price( $post ) : null;
		$says  = esc_html__( 'The rest can’t be bought yet.', 'micro-pay' );
		if ( $price ) {
			$src = get_permalink( $post );
			/* translators: %s: a price */
			$label = sprintf( __( 'Read on for %s', 'micro-pay' ), price_label( ...array_values( $price ) ) );
			$help  = esc_html__( 'To open the rest, please turn on JavaScript. Without it nothing is charged.', 'micro-pay' );
			$says  = self::html( [ 'src' => $src ] + $price, $src, $label, $shop ) . "<noscript>$help</noscript>";
		}
		return "<div class=\"micro-pay-paid\">$says</div>";
	}

	private static function html( array $attributes, string $link, string $label, Shop $shop ): string {
		wp_enqueue_style( 'micro-pay', plugins_url( 'assets/micro-pay.css', FILE ), [], '0.1.0' );
		$element = self::element();
		if ( $element ) {
			wp_enqueue_script_module( 'micro-pay', $element['src'], [], null );
		}
		$said = $shop->play_money ? ' test' : '';
		foreach ( $attributes as $name => $value ) {
			$said .= " $name=\"" . esc_attr( $value ) . '"';
		}
		return "<micro-pay$said><a href=\"" . esc_url( $link ) . '">' . esc_html( $label ) . '</a></micro-pay>';
	}

	/** @return array{src: string, integrity: string}|null Null until `element.mjs` laid it here. A filter may name another place. */
	public static function element(): ?array {
		$told  = dirname( FILE ) . '/element/element.asset.php';
		$asset = is_readable( $told ) ? include $told : null;
		$asset = $asset ? [ 'src' => plugins_url( "element/{$asset['file']}", FILE ) ] + $asset : null;
		return apply_filters( 'micro_pay_element', $asset );
	}

	/** A file that was changed on its way doesn't run. */
	public static function pin( array $attributes ): array {
		$pin = 'micro-pay-js-module' === ( $attributes['id'] ?? '' ) ? self::element() : null;
		return $pin ? $attributes + [ 'integrity' => $pin['integrity'], 'crossorigin' => 'anonymous' ] : $attributes;
	}
}
