<?php
/** The box beside a post where its author sets a price. */

namespace MicroPay;

final class Price_Box {
	public static function hook(): void {
		add_action( 'add_meta_boxes', [ self::class, 'add' ] );
		add_action( 'save_post', [ self::class, 'save' ] );
	}

	public static function add(): void {
		add_meta_box( 'micro-pay', 'micro-pay', [ self::class, 'show' ], Paid_Post::types(), 'side' );
	}

	public static function show( \WP_Post $post ): void {
		$price    = Paid_Post::own_price( $post );
		$currency = Settings::all()['currency'];
		/* translators: %s: a currency */
		$label = sprintf( __( 'Price in %s', 'micro-pay' ), $currency );
		$help  = __( 'Paid is the block “Paid part”; else what follows “More”; else all of it. Empty: only a paid part is sold, at the site’s price.', 'micro-pay' );
		$wrong = __( 'This price can’t be read: the site’s is asked.', 'micro-pay' );
		wp_nonce_field( 'micropay_price', 'micropay_price_nonce' );
		printf( '<label>%s <input name="micropay_price" size="8" maxlength="16" value="%s"></label>', esc_html( $label ), esc_attr( $price ) );
		echo '' === $price || money_from( $price, $currency ) ? '' : '<p role="alert">' . esc_html( $wrong ) . '</p>';
		echo '<p>' . esc_html( $help ) . '</p>';
	}

	/** A price that can't be read is kept all the same: the post stays closed, and the box says so. */
	public static function save( int $id ): void {
		[ $nonce, $price ] = [ $_POST['micropay_price_nonce'] ?? null, $_POST['micropay_price'] ?? null ];
		$is_theirs = is_string( $nonce ) && wp_verify_nonce( $nonce, 'micropay_price' ) && current_user_can( 'edit_post', $id );
		if ( $is_theirs && is_string( $price ) ) {
			update_post_meta( $id, '_micropay_price', substr( sanitize_text_field( wp_unslash( $price ) ), 0, 16 ) );
		}
	}
}
