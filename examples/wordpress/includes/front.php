<?php
/** What stands before a sold post: asks the door, and says what no cache may keep. */

namespace MicroPay;

final class Front {
	public static function hook(): void {
		// After WordPress sent who came by another address to the right one.
		add_action( 'template_redirect', [ self::class, 'guard' ], 11 );
	}

	public static function guard(): void {
		$post = is_singular() && ! is_feed() && ! is_embed() ? get_queried_object() : null;
		if ( ! $post instanceof \WP_Post || ! Paid_Post::is_sold( $post ) ) {
			return;
		}
		self::keep_out_of_caches();
		$shop  = Shop::of_site();
		$offer = $shop ? Paid_Post::offer( $post ) : null;
		// Nobody to pay, or a form sent to the post, which pays for nothing: what is paid stays away, and nothing is asked.
		$is_asked = $offer && in_array( $_SERVER['REQUEST_METHOD'] ?? 'GET', [ 'GET', 'HEAD' ], true );
		if ( ! $is_asked || current_user_can( 'edit_post', $post->ID ) ) {
			return;
		}
		$answer = Answer::to( Visit::now( Cookie::name( $shop->origin ) ), $offer, $shop, time() );
		foreach ( $answer->headers as $name => $value ) {
			header( "$name: $value", 'Set-Cookie' !== $name );
		}
		// Behind the headers: PHP itself makes a 401 of what says WWW-Authenticate.
		status_header( $answer->status );
		if ( $answer->is_open ) {
			Paid_Post::open( $post );
		}
		if ( null !== $answer->body ) {
			echo $answer->body; // JSON of our own words.
			/** The last moment before a program's answer ends. */
			do_action( 'micro_pay_answered', $answer->status );
			exit;
		}
	}

	/** What a visitor gets differs by these headers; page caches that read none of them know the constant or the action. */
	private static function keep_out_of_caches(): void {
		header( 'Cache-Control: private, no-store' );
		header( 'Vary: Accept, Authorization, Cookie, Origin', false );
		defined( 'DONOTCACHEPAGE' ) || define( 'DONOTCACHEPAGE', true );
		do_action( 'litespeed_control_set_nocache', 'micro-pay: a sold post' );
	}
}
