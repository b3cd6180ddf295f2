<?php
/**
 * Plugin Name:       micro-pay
 * Description:       Sell the rest of a post for a few cents, or take a tip, with one tap.
 * Version:           0.1.0
 * Requires at least: 6.5
 * Requires PHP:      8.1
 * Author:            The micro-pay authors
 * License:           MIT
 * Text Domain:       micro-pay
 *
 * The way in: front.php stands before a post, door.php decides, paid-post.php keeps what is paid out of everything else.
 */

namespace MicroPay;

defined( 'ABSPATH' ) || exit;

const FILE = __FILE__;

foreach (
	[
		'problem', 'wire', 'money', 'payee', 'shapes', 'signed', 'shop', 'offer', 'visit', 'challenge',
		'wallet-keys', 'taken', 'cookie', 'door', 'answer', 'button', 'paid-post', 'front', 'blocks', 'settings', 'price-box',
	] as $noun
) {
	require_once __DIR__ . "/includes/$noun.php";
}

register_activation_hook( __FILE__, [ Taken::class, 'install' ] );
add_action( 'admin_init', [ Taken::class, 'install' ] );
Button::hook();
Paid_Post::hook();
Front::hook();
Blocks::hook();
Settings::hook();
Price_Box::hook();
