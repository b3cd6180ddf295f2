<?php
/**
 * A tiny stand-in for WordPress: the few functions this plugin calls, as far as the tests look. It is no part of the plugin.
 * Options, posts, metas, the table of taken receipts and the headers that were sent are in `Site`.
 */

namespace {
	const ABSPATH = __DIR__ . '/';
	const ARRAY_A = 'ARRAY_A';

	/** What WordPress would keep in its database and say to the browser. */
	final class Site {
		public static array $hooks      = [];
		public static array $options    = [];
		public static array $transients = [];
		public static array $metas      = [];
		public static array $posts      = [];
		public static array $errors     = [];
		public static array $enqueued   = [];
		public static array $headers    = [];
		public static array $asked      = [];
		public static array $blocks     = [];
		public static array $shortcodes = [];
		public static array $can        = [];
		public static array $settings   = [];
		public static ?WP_Post $post    = null;
		public static ?WP_Post $queried = null;
		public static string $kind      = 'singular';
		public static string $home      = 'https://news.example';
		public static string $locale    = 'en_US';
		public static int $status       = 200;
		public static int $now          = 1795435200;
		public static bool $password    = false;
		/** What the wallet answers: a status and a body; null: it is away. */
		public static ?array $wallet    = null;
	}

	class WP_Post {
		public function __construct( public int $ID, public string $post_content = '', public string $post_title = '', public string $post_excerpt = '', public string $post_type = 'post' ) {}
	}
	class WP_REST_Response {
		public function __construct( public array $data ) {}
	}
	final class Answered extends Exception {}

	/** MySQL, as far as one table with one unique key goes. */
	final class Stand_In_Wpdb {
		public string $prefix = 'wp_';
		public array $rows    = [];
		public bool $is_down  = false;
		public function prepare( string $query, mixed ...$values ): array {
			return [ $query, $values ];
		}
		public function query( array|string $prepared ): int|false {
			if ( $this->is_down || is_string( $prepared ) ) {
				return false;
			}
			[ $query, $values ] = $prepared;
			if ( str_starts_with( $query, 'DELETE' ) ) {
				$this->rows = array_filter( $this->rows, fn( $row ) => $row['taken_at'] >= $values[1] );
				return 1;
			}
			[ , $id, $credential, $taken_at ] = $values;
			if ( isset( $this->rows[ $id ] ) ) {
				return 0;
			}
			$this->rows[ $id ] = [ 'credential' => $credential, 'taken_at' => $taken_at ];
			return 1;
		}
		public function get_row( array $prepared ): ?array {
			return $this->is_down ? null : $this->rows[ $prepared[1][1] ] ?? null;
		}
		public function get_charset_collate(): string {
			return '';
		}
	}
	$wpdb = new Stand_In_Wpdb();

	function add_filter( string $name, callable $do, int $priority = 10, int $count = 1 ): void {
		Site::$hooks[ $name ][ $priority ][] = [ $do, $count ];
	}
	function apply_filters( string $name, mixed $value, mixed ...$more ): mixed {
		$hooks = Site::$hooks[ $name ] ?? [];
		ksort( $hooks );
		foreach ( array_merge( ...array_values( $hooks ) ) as [ $do, $count ] ) {
			$value = $do( ...array_slice( [ $value, ...$more ], 0, $count ) );
		}
		return $value;
	}
	function add_action( string $name, callable $do, int $priority = 10, int $count = 1 ): void {
		add_filter( $name, $do, $priority, $count );
	}
	function do_action( string $name, mixed ...$values ): void {
		apply_filters( $name, ...( $values ?: [ null ] ) );
	}

	function get_option( string $name ): mixed {
		return Site::$options[ $name ] ?? false;
	}
	function update_option( string $name, mixed $value ): void {
		Site::$options[ $name ] = $value;
	}
	function get_transient( string $name ): mixed {
		return Site::$transients[ $name ] ?? false;
	}
	function set_transient( string $name, mixed $value ): void {
		Site::$transients[ $name ] = $value;
	}
	function get_post_meta( int $id, string $name ): mixed {
		return Site::$metas[ $id ][ $name ] ?? '';
	}
	function update_post_meta( int $id, string $name, mixed $value ): void {
		Site::$metas[ $id ][ $name ] = wp_unslash( $value );
	}

	function home_url(): string {
		return Site::$home;
	}
	function get_permalink( WP_Post $post ): string {
		return Site::$home . "/a-post-{$post->ID}/";
	}
	function get_the_title( WP_Post $post ): string {
		return $post->post_title;
	}
	function get_post(): ?WP_Post {
		return Site::$post;
	}
	function get_queried_object(): ?WP_Post {
		return Site::$queried;
	}
	function is_singular(): bool {
		return 'list' !== Site::$kind;
	}
	function is_feed(): bool {
		return 'feed' === Site::$kind;
	}
	function is_embed(): bool {
		return 'embed' === Site::$kind;
	}
	function is_multisite(): bool {
		return false;
	}
	function post_password_required(): bool {
		return Site::$password;
	}
	function current_user_can( string $what ): bool {
		return in_array( $what, Site::$can, true );
	}
	function status_header( int $status ): void {
		Site::$status = $status;
	}
	function get_locale(): string {
		return Site::$locale;
	}

	function wp_parse_url( string $url, int $part = -1 ): mixed {
		return parse_url( $url, $part );
	}
	function wp_unslash( mixed $value ): mixed {
		return is_string( $value ) ? stripslashes( $value ) : $value;
	}
	function wp_json_encode( mixed $value, int $flags = 0 ): string {
		return json_encode( $value, $flags );
	}
	function esc_html( string $text ): string {
		return htmlspecialchars( $text, ENT_QUOTES, 'UTF-8', false );
	}
	function esc_attr( string $text ): string {
		return esc_html( $text );
	}
	function esc_url( string $url ): string {
		return esc_html( preg_match( '#^https?://#', $url ) ? $url : '' );
	}
	function __( string $text ): string {
		return $text;
	}
	function esc_html__( string $text ): string {
		return esc_html( $text );
	}
	function sanitize_text_field( mixed $text ): string {
		return trim( preg_replace( '/[\r\n\t ]+/', ' ', strip_tags( (string) $text ) ) );
	}
	function wp_strip_all_tags( string $text ): string {
		return trim( strip_tags( $text ) );
	}
	function wp_kses_post( string $html ): string {
		return strip_tags( $html, '<p><b><em><strong><a>' );
	}
	function wpautop( string $html ): string {
		return '' === trim( $html ) ? '' : '<p>' . trim( $html ) . "</p>\n";
	}
	function force_balance_tags( string $html ): string {
		return $html;
	}
	function wp_trim_words( string $text, int $count ): string {
		return implode( ' ', array_slice( preg_split( '/\s+/', trim( strip_tags( $text ) ) ), 0, $count ) );
	}
	function strip_shortcodes( string $text ): string {
		return preg_replace( '/\[[^\]]*\]/', '', $text );
	}

	function add_shortcode( string $name, callable $do ): void {
		Site::$shortcodes[ $name ] = $do;
	}
	/** Attributes in double quotes only. */
	function do_shortcode( string $html ): string {
		return preg_replace_callback(
			'/\[(\w+)([^\]]*)\](?:(.*)\[\/\1\])?/s',
			function ( array $found ): string {
				preg_match_all( '/(\w+)="([^"]*)"/', $found[2], $said );
				$do = Site::$shortcodes[ $found[1] ] ?? null;
				return $do ? $do( $said[1] ? array_combine( $said[1], $said[2] ) : '', $found[3] ?? '' ) : $found[0];
			},
			$html
		);
	}
	function has_blocks( string $html ): bool {
		return str_contains( $html, '<!-- wp:' );
	}
	/** Runs this plugin's blocks, and takes the marks of all others away. */
	function do_blocks( string $html ): string {
		$html = preg_replace_callback(
			'#<!-- wp:(micro-pay/\w+)\s*(\{.*?\})?\s*/?-->(?:(.*?)<!-- /wp:\1 -->)?#s',
			fn( array $found ): string => Site::$blocks[ $found[1] ]['render_callback']( json_decode( ( $found[2] ?? '' ) ?: '{}', true ), $found[3] ?? '' ),
			$html
		);
		return preg_replace( '#<!-- /?wp:.*?-->\n?#s', '', $html );
	}
	function register_block_type( string $name, array $told ): void {
		Site::$blocks[ $name ] = $told;
	}

	function wp_register_script(): void {}
	function wp_enqueue_style(): void {}
	function wp_enqueue_script_module( string $id, string $src ): void {
		Site::$enqueued[ $id ] = $src;
	}
	function plugins_url( string $path ): string {
		return Site::$home . "/wp-content/plugins/micro-pay/$path";
	}
	function plugin_basename(): string {
		return 'micro-pay/micro-pay.php';
	}
	function admin_url( string $path ): string {
		return Site::$home . "/wp-admin/$path";
	}
	function register_activation_hook(): void {}
	function register_setting( string $group, string $name, array $told ): void {
		Site::$settings[ $name ] = $told['sanitize_callback'];
	}
	function add_settings_error( string $name, string $code, string $words ): void {
		Site::$errors[ $code ] = $words;
	}
	function settings_fields(): void {}
	function submit_button(): void {}
	function wp_nonce_field( string $action, string $name = '_wpnonce' ): void {
		echo '<input type="hidden" name="' . esc_attr( $name ) . '" value="nonce of ' . esc_attr( $action ) . '">';
	}
	function wp_verify_nonce( string $nonce, string $action ): bool {
		return "nonce of $action" === $nonce;
	}
	function check_admin_referer( string $action ): bool {
		return wp_verify_nonce( $_POST['_wpnonce'] ?? '', $action ) || throw new Exception( 'The link you followed has expired.' );
	}
	function add_meta_box(): void {}
	function add_options_page(): void {}

	function wp_safe_remote_get( string $url, array $told ): mixed {
		Site::$asked[] = [ $url, $told ];
		return Site::$wallet;
	}
	function wp_remote_get( string $url, array $told ): mixed {
		return wp_safe_remote_get( $url, [ 'safe' => false ] + $told );
	}
	function wp_remote_retrieve_response_code( mixed $answer ): int|string {
		return $answer['status'] ?? '';
	}
	function wp_remote_retrieve_body( mixed $answer ): string {
		return $answer['body'] ?? '';
	}
}

namespace MicroPay {
	/** PHP finds these before its own: the tests read what would be sent, and say what time it is. */
	function header( string $line, bool $replace = true ): void {
		// As PHP does.
		\Site::$status          = str_starts_with( $line, 'WWW-Authenticate' ) ? 401 : \Site::$status;
		[ $name, $value ]        = explode( ': ', $line, 2 );
		\Site::$headers[ $name ] = $replace ? [ $value ] : [ ...\Site::$headers[ $name ] ?? [], $value ];
	}
	function time(): int {
		return \Site::$now;
	}
}
