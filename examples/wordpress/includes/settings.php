<?php
/** Settings → micro-pay: who is paid, what a post costs, and whether a receipt is good. */

namespace MicroPay;

final class Settings {
	private const DEFAULTS = [
		'payee' => '', 'amount' => '0.02', 'currency' => 'USD', 'play_money' => false, 'indexed' => true, 'payee_key' => '',
	];

	public static function hook(): void {
		add_action( 'admin_init', [ self::class, 'register' ] );
		add_action( 'admin_menu', [ self::class, 'add_page' ] );
	}

	public static function all(): array {
		$kept = get_option( 'micropay' );
		return is_array( $kept ) ? array_intersect_key( $kept, self::DEFAULTS ) + self::DEFAULTS : self::DEFAULTS;
	}

	/** WordPress checks nonce and capability of what is sent to a registered setting. */
	public static function register(): void {
		register_setting( 'micropay', 'micropay', [ 'type' => 'array', 'sanitize_callback' => [ self::class, 'sanitized' ] ] );
	}

	/** What can't be used stays as it was, and is told. WordPress may call this twice, the second time with what came of the first. */
	public static function sanitized( mixed $sent ): array {
		$sent = array_map( 'sanitize_text_field', array_filter( is_array( $sent ) ? $sent : [], 'is_scalar' ) );
		$kept = self::all();
		$said = array_intersect_key( $sent, self::DEFAULTS ) + $kept;
		$told = [
			'payee'     => __( 'The payee looks like https://wallet.example/~news.', 'micro-pay' ),
			'amount'    => __( 'The price is a number such as 0.02, the currency three letters such as USD.', 'micro-pay' ),
			'payee_key' => __( 'The payee’s public key has 43 letters, the “x” of its JSON.', 'micro-pay' ),
		];
		$good = [
			'payee'     => '' === $said['payee'] || Payee::from( $said['payee'] ),
			'amount'    => null !== money_from( $said['amount'], $said['currency'] ),
			'payee_key' => '' === $said['payee_key'] || is_sound( $said['payee_key'] ),
		];
		foreach ( array_keys( $good, false, true ) as $name ) {
			add_settings_error( 'micropay', "micropay_$name", $told[ $name ] );
			$said = array_intersect_key( $kept, 'amount' === $name ? [ 'amount' => 1, 'currency' => 1 ] : [ $name => 1 ] ) + $said;
		}
		if ( ! empty( $sent['new_secret'] ) ) {
			Shop::new_secret();
		}
		return [ 'play_money' => ! empty( $sent['play_money'] ), 'indexed' => ! empty( $sent['indexed'] ) ] + $said;
	}

	public static function add_page(): void {
		add_options_page( 'micro-pay', 'micro-pay', 'manage_options', 'micropay', [ self::class, 'show' ] );
	}

	public static function show(): void {
		if ( ! current_user_can( 'manage_options' ) ) {
			return;
		}
		$fields = [
			'payee'      => [ __( 'Payee', 'micro-pay' ), __( 'Your address at a wallet, https://wallet.example/~news. The wallet must list this site.', 'micro-pay' ) ],
			'amount'     => [ __( 'Price of a post', 'micro-pay' ), __( 'For posts with a paid part and no price of their own, and for tips.', 'micro-pay' ) ],
			'currency'   => [ __( 'Currency', 'micro-pay' ), __( 'Three letters, USD.', 'micro-pay' ) ],
			'play_money' => [ __( 'Play money', 'micro-pay' ), __( 'Accept payments that are worth nothing, to try things out. Whoever has play money reads everything.', 'micro-pay' ) ],
			'indexed'    => [ __( 'Search engines', 'micro-pay' ), __( 'Keep teasers in search engines: browsers get them as 200, and only programs 402. Without the tick browsers get 402 too, which search engines drop.', 'micro-pay' ) ],
			'payee_key'  => [ __( 'Payee’s public key', 'micro-pay' ), __( 'Only to check receipts of taps below, if you sell by session elsewhere.', 'micro-pay' ) ],
			'new_secret' => [ __( 'New secret', 'micro-pay' ), __( 'Ends all readers’ cookies, and what they bought is no longer recognised. MICRO_PAY_SECRET in wp-config.php stands above it.', 'micro-pay' ) ],
		];
		echo '<div class="wrap"><h1>micro-pay</h1>';
		$missing = __( 'The button’s script is missing: run “node element.mjs” in the plugin’s folder. Links stand in its place.', 'micro-pay' );
		echo Button::element() ? '' : '<div class="notice notice-warning"><p>' . esc_html( $missing ) . '</p></div>';
		echo '<form method="post" action="options.php">';
		settings_fields( 'micropay' );
		echo '<table class="form-table" role="presentation">';
		foreach ( $fields as $name => [ $label, $help ] ) {
			$value = ( self::all() + [ 'new_secret' => false ] )[ $name ];
			$how   = is_string( $value ) ? 'class="regular-text" value="' . esc_attr( $value ) . '"' : 'type="checkbox" value="1"' . ( $value ? ' checked' : '' );
			echo '<tr><th scope="row"><label for="micropay-' . esc_attr( $name ) . '">' . esc_html( $label ) . '</label></th><td>';
			echo '<input id="micropay-' . esc_attr( $name ) . '" name="micropay[' . esc_attr( $name ) . ']" ' . $how . '>'; // Escaped above.
			echo '<p class="description">' . esc_html( $help ) . '</p></td></tr>';
		}
		echo '</table>';
		submit_button();
		echo '</form><h2><label for="micropay-receipt">' . esc_html__( 'Is this receipt good?', 'micro-pay' ) . '</label></h2><form method="post">';
		wp_nonce_field( 'micropay_check' );
		echo '<textarea class="large-text code" id="micropay-receipt" name="receipt" rows="4" maxlength="4096"></textarea>';
		if ( isset( $_POST['receipt'] ) && check_admin_referer( 'micropay_check' ) ) {
			echo '<p role="status">' . esc_html( self::judged( wp_unslash( $_POST['receipt'] ), time() ) ) . '</p>';
		}
		submit_button( __( 'Check', 'micro-pay' ), 'secondary' );
		echo '</form></div>';
	}

	/** What a reader who asks for help shows: a receipt by the wallet, or one of a tap, by the payee's own key. */
	public static function judged( mixed $text, int $now ): string {
		[ 'payee' => $url, 'payee_key' => $key ] = self::all();
		$wallet = Payee::from( $url )?->wallet;
		foreach ( $wallet ? [ 'receipt' => [ $wallet, $url ], 'tap' => [ $url, $wallet ] ] : [] as $kind => $names ) {
			try {
				$signed = Signed::read( is_string( $text ) ? trim( $text ) : '', $kind, 'verification-failed' );
				'tap' === $kind ? $signed->verify( $key, 'verification-failed' ) : ( new Wallet_Keys( $wallet ) )->verify( $signed, $now );
				$claims = $signed->claims;
				demand( [ $claims['iss'], $claims['aud'] ] === $names, 'verification-failed' );
				/* translators: 1: amount in base units, 2: their name, 3: a date, 4: what was bought */
				$words = __( 'Good: %1$s %2$s paid to you on %3$s for “%4$s”.', 'micro-pay' );
				$what  = $claims['res'] ?? $claims['own']['scope'] ?? $claims['rsn']['text'] ?? '';
				$play  = 'test' === ( $claims['env'] ?? '' ) ? __( 'Play money.', 'micro-pay' ) . ' ' : '';
				return $play . sprintf( $words, $claims['amt'], $claims['cur'], gmdate( 'Y-m-d', $claims['iat'] ), $what );
			} catch ( Problem $problem ) {
				if ( 'unavailable' === $problem->name ) {
					return __( 'The wallet can’t be reached; try again in a minute.', 'micro-pay' );
				}
			}
		}
		return __( 'Not good: your wallet, or you, never signed this.', 'micro-pay' );
	}
}
