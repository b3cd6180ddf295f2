<?php
/** Which receipts were taken: a table of our own, because only a unique key says "once" to two requests at the same time. */

namespace MicroPay;

final class Taken {
	/** Makes the table, once for each version of it. */
	public static function install(): void {
		global $wpdb;
		if ( '1' === get_option( 'micropay_table' ) ) {
			return;
		}
		require_once ABSPATH . 'wp-admin/includes/upgrade.php';
		$table = self::table();
		dbDelta(
			"CREATE TABLE $table (
			id char(64) NOT NULL,
			credential char(64) NOT NULL,
			taken_at bigint(20) unsigned NOT NULL,
			PRIMARY KEY  (id),
			KEY taken_at (taken_at)
			) {$wpdb->get_charset_collate()};"
		);
		update_option( 'micropay_table', '1', true );
	}

	/** @return array{credential: string, taken_at: string}|null */
	public function find( string $id ): ?array {
		global $wpdb;
		return $wpdb->get_row( $wpdb->prepare( 'SELECT credential, taken_at FROM %i WHERE id = %s', self::table(), $id ), ARRAY_A );
	}

	/**
	 * Takes one payment or proof once, and forgets those of yesterday: their challenges ended long before.
	 *
	 * @param string $id         Hash of what is taken.
	 * @param string $credential Hash of the bytes that brought it: only the same bytes are answered again.
	 * @return bool True when it was taken now, false when the same bytes were taken before.
	 * @throws Problem `invalid-challenge` when others were; `unavailable` when it can't be written down: then nobody is let in.
	 */
	public function take( string $id, string $credential, int $now ): bool {
		global $wpdb;
		$wpdb->query( $wpdb->prepare( 'DELETE FROM %i WHERE taken_at < %d', self::table(), $now - 86400 ) );
		$insert = 'INSERT IGNORE INTO %i (id, credential, taken_at) VALUES (%s, %s, %d)';
		if ( 1 === $wpdb->query( $wpdb->prepare( $insert, self::table(), $id, $credential, $now ) ) ) {
			return true;
		}
		$earlier = $this->find( $id );
		demand( $earlier, 'unavailable' );
		demand( hash_equals( $earlier['credential'], $credential ), 'invalid-challenge' );
		return false;
	}

	private static function table(): string {
		global $wpdb;
		return "{$wpdb->prefix}micropay_taken";
	}
}
