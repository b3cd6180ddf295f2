<?php
/** Who sells here: payee, site and secret, as the settings say. */

namespace MicroPay;

final class Shop {
	/**
	 * @param string $origin This site as browsers see it, `https://news.example`.
	 * @param string $secret Challenges, cookies and marks are bound to it.
	 */
	public function __construct(
		public readonly Payee $payee,
		public readonly string $origin,
		public readonly string $secret,
		public readonly bool $play_money = false
	) {}

	/** Null until someone named a payee. */
	public static function of_site(): ?self {
		[ 'payee' => $url, 'play_money' => $play_money ] = Settings::all();
		$payee = Payee::from( $url );
		// Over http only this machine's own wallet is asked, and that one has play money.
		$is_ready = $payee && ( $play_money || str_starts_with( $payee->wallet, 'https:' ) );
		return $is_ready ? new self( $payee, self::site(), self::secret(), (bool) $play_money ) : null;
	}

	/** From the site's own settings, never from what a request says of itself. */
	private static function site(): string {
		preg_match( '#^https?://[^/?\#]+#', strtolower( home_url() ), $found );
		return $found[0];
	}

	/** In wp-config.php it stays out of the database and its backups. */
	private static function secret(): string {
		$kept = defined( 'MICRO_PAY_SECRET' ) ? MICRO_PAY_SECRET : get_option( 'micropay_secret' );
		return is_string( $kept ) && strlen( $kept ) >= 32 ? $kept : self::new_secret();
	}

	/** Ends all cookies, and the marks of what was sold. */
	public static function new_secret(): string {
		$secret = base64url( random_bytes( 32 ) );
		update_option( 'micropay_secret', $secret, true );
		return $secret;
	}

	/** The name that challenges carry: host and port. */
	public function realm(): string {
		return explode( '//', $this->origin )[1];
	}
}
