<?php
/** What the tests share: the public vectors and their keys, a fresh site, and a payer who signs like a wallet and a page. */

use MicroPay\{Challenge, Offer, Payee, Problem, Shop};

const NOW   = 1795435200;
const PAYEE = 'https://wallet.example/~news';
const SITE  = 'https://news.example';

function vectors( string $name ): array {
	return json_decode( file_get_contents( __DIR__ . "/../../../test/vectors/$name.json" ), true, 64, JSON_THROW_ON_ERROR );
}
function key_of( string $name ): array {
	return vectors( 'keys' )['keys'][ $name ];
}

/** @throws Exception Unless both are the same. */
function same( mixed $found, mixed $wanted, string|int $about = '' ): void {
	if ( $found !== $wanted ) {
		$json = fn( mixed $value ): string => substr( var_export( $value, true ), 0, 1500 );
		throw new Exception( "$about\nfound  {$json( $found )}\nwanted {$json( $wanted )}" );
	}
}
function has( string $text, string $part ): void {
	same( str_contains( $text, $part ), true, "“{$part}” is missing in: $text" );
}
function hasnt( string $text, string $part ): void {
	same( str_contains( $text, $part ), false, "“{$part}” is in: $text" );
}
/** The code of the Problem; '' when there was none. */
function refused( callable $do ): string {
	try {
		$do();
	} catch ( Problem $problem ) {
		return $problem->name;
	}
	return '';
}

function published_keys(): array {
	return [ 'status' => 200, 'body' => json_encode( vectors( 'payee-door' )['setup']['jwks'] ) ];
}

/** As after installing: a payee, a secret, the wallet's keys at the wallet, and nobody signed in. */
function fresh_site( array $settings = [] ): void {
	global $wpdb;
	$wpdb              = new Stand_In_Wpdb();
	Site::$options     = [
		'micropay'        => $settings + [ 'payee' => PAYEE, 'amount' => '0.02', 'currency' => 'USD' ],
		'micropay_secret' => vectors( 'keys' )['secret'],
		'micropay_table'  => '1',
	];
	Site::$transients  = [];
	Site::$metas       = [];
	Site::$errors      = [];
	Site::$enqueued    = [];
	Site::$headers     = [];
	Site::$asked       = [];
	Site::$can         = [];
	Site::$post        = null;
	Site::$queried     = null;
	Site::$kind        = 'singular';
	Site::$home        = SITE;
	Site::$locale      = 'en_US';
	Site::$status      = 200;
	Site::$now         = NOW;
	Site::$password    = false;
	Site::$wallet      = published_keys();
	$_SERVER           = [ 'REQUEST_METHOD' => 'GET' ];
	$_COOKIE           = [];
	$_POST             = [];
	( new ReflectionProperty( MicroPay\Paid_Post::class, 'opened' ) )->setValue( null, [] );
	do_action( 'init' );
	do_action( 'rest_api_init' );
}
add_action( 'micro_pay_answered', fn() => throw new Answered() );

function shop( bool $play_money = false ): Shop {
	return new Shop( Payee::from( PAYEE ), SITE, vectors( 'keys' )['secret'], $play_money );
}
function offer( string $scope = 'GET /articles/1', string $amount = '2' ): Offer {
	return new Offer( $scope, [ 'amount' => $amount, 'currency' => 'usd' ], 'How rivers remember' );
}

/** Signs claims as the named key of the vectors would. */
function signed( string $kind, array $claims, string $signer = 'wallet' ): string {
	$key    = key_of( $signer );
	$header = [ 'alg' => 'EdDSA', 'typ' => "micropay-$kind+jwt", 'kid' => $key['kid'] ];
	$text   = MicroPay\base64url( json_encode( $header ) ) . '.' . MicroPay\base64url( json_encode( $claims ) );
	$pair   = sodium_crypto_sign_seed_keypair( hex2bin( $key['seed'] ) );
	return "$text." . MicroPay\base64url( sodium_crypto_sign_detached( $text, sodium_crypto_sign_secretkey( $pair ) ) );
}

/** The wallet's receipt for a challenge of this site. */
function receipt_for( array $challenge, array $changes = [] ): string {
	$asked = MicroPay\decode_json( $challenge['request'], 'malformed-request' );
	$owned = $asked['methodDetails']['entitles'];
	return signed(
		'receipt',
		$changes + [
			'iss' => 'https://wallet.example',
			'env' => 'live',
			'aud' => PAYEE,
			'sub' => 'payer_of_news',
			'jti' => 'pay_' . substr( $challenge['id'], 0, 12 ),
			'iat' => Site::$now,
			'exp' => Site::$now + 600,
			'amt' => $asked['amount'],
			'cur' => $asked['currency'],
			'cid' => $challenge['id'],
			'rlm' => $challenge['realm'],
			'rsn' => [ 'code' => 'tapped' ],
			'own' => [ 'scope' => $owned['scope'], 'until' => Site::$now + $owned['seconds'] ],
			'ext' => $asked['externalId'],
			'ref' => [ 'url' => 'https://wallet.example/receipts/1' ],
		]
	);
}
function credential( array $challenge, array $payload ): string {
	return 'Payment ' . MicroPay\base64url( json_encode( [ 'challenge' => $challenge, 'payload' => $payload ] ) );
}
/** What a page sends that has paid for a new challenge. */
function paying( ?Offer $offer = null, array $changes = [] ): string {
	$challenge = Challenge::issue( $offer ?? offer(), shop(), Site::$now );
	return credential( $challenge, [ 'type' => 'receipt', 'receipt' => receipt_for( $challenge, $changes ) ] );
}
