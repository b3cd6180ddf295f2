<?php
/** Takes away what the plugin kept. Prices stay with their posts: without the plugin they hide nothing. */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

global $wpdb;
$wpdb->query( "DROP TABLE IF EXISTS {$wpdb->prefix}micropay_taken" );
array_map( 'delete_option', [ 'micropay', 'micropay_secret', 'micropay_table' ] );
