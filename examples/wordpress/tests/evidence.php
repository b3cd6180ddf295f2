<?php
/** Owned: an old receipt opens again on any device, with a grant of the same person and its key's word; alone it opens nothing. */

use MicroPay\{Challenge, Cookie};

/** Receipt of an earlier purchase, a grant for another device, and the proof for a new challenge; each can be changed. */
function showing( array $receipt = [], array $grant = [], array $proof = [], string $signer = 'page', ?MicroPay\Offer $sold = null ): string {
	$bought    = Challenge::issue( $sold ?? offer(), shop(), NOW - 86400 );
	$challenge = Challenge::issue( offer(), shop(), Site::$now );
	$grants    = vectors( 'grants' )['vectors'][0]['input'];
	$times     = [ 'iat' => NOW - 86400, 'exp' => NOW - 85800, 'own' => [ 'scope' => 'GET /articles/1', 'until' => NOW - 86400 + 31536000 ] ];
	return credential(
		$challenge,
		[
			'type'    => 'receipt',
			'receipt' => receipt_for( $bought, $receipt + $times ),
			'grant'   => signed( 'grant', $grant + [ 'env' => 'live' ] + $grants ),
			'proof'   => signed( 'proof', $proof + [ 'aud' => PAYEE, 'cid' => $challenge['id'], 'iat' => Site::$now ], $signer ),
		]
	);
}

test( 'what was bought a day ago opens again, costs nothing, and gets a cookie', function () {
	$answer = answer( showing() );
	same( $answer->is_open, true );
	$cookie = Cookie::read( cookie_in( $answer ), shop(), NOW );
	same( [ $cookie['sub'], $cookie['exp'] ], [ 'payer_of_news', NOW - 86400 + 31536000 ] );
} );

test( 'T14 a copied receipt opens nothing', function () {
	$challenge = Challenge::issue( offer(), shop(), NOW );
	$receipt   = receipt_for( Challenge::issue( offer(), shop(), NOW - 60 ) );
	same( code_of( answer( credential( $challenge, [ 'type' => 'receipt', 'receipt' => $receipt ] ) ) ), 'verification-failed' );
} );

test( 'T14 evidence is for its person, this site, this challenge, and one minute', function () {
	$cases = [
		'another person’s grant'    => [ [], [ 'sub' => 'someone_else' ] ],
		'a grant for another site'  => [ [], [ 'org' => 'https://evil.example' ] ],
		'a grant that ended'        => [ [], [ 'exp' => NOW - 60 ] ],
		'a grant of another payee'  => [ [], [ 'aud' => 'https://wallet.example/~busker' ] ],
		'a proof for another one'   => [ [], [], [ 'cid' => 'challenge_of_another' ] ],
		'a proof for another payee' => [ [], [], [ 'aud' => 'https://wallet.example/~busker' ] ],
		'an old proof'              => [ [], [], [ 'iat' => NOW - 61 ] ],
		'an early proof'            => [ [], [], [ 'iat' => NOW + 61 ] ],
		'a proof by another key'    => [ [], [], [], 'stranger' ],
		'another post'              => [ [ 'own' => [ 'scope' => 'GET /articles/2', 'until' => NOW + 9 ] ] ],
		'no longer owned'           => [ [ 'own' => [ 'scope' => 'GET /articles/1', 'until' => NOW ] ] ],
		'a price nobody offered'    => [ [ 'amt' => '1' ] ],
		'a mark nobody made'        => [ [ 'ext' => 'order-1' ] ],
		'no mark'                   => [ [ 'ext' => '' ] ],
	];
	foreach ( $cases as $name => $case ) {
		same( code_of( answer( showing( ...$case ) ) ), 'verification-failed', $name );
	}
	// Honestly sold, but another post, or for a day that is over.
	$other = [ 'own' => [ 'scope' => 'GET /articles/2', 'until' => NOW - 86400 + 31536000 ] ];
	same( code_of( answer( showing( $other, [], [], 'page', offer( 'GET /articles/2' ) ) ) ), 'verification-failed' );
	$day  = new MicroPay\Offer( 'GET /articles/1', [ 'amount' => '2', 'currency' => 'usd' ], '', 86400 );
	$over = [ 'own' => [ 'scope' => 'GET /articles/1', 'until' => NOW ] ];
	same( code_of( answer( showing( $over, [], [], 'page', $day ) ) ), 'verification-failed' );
	same( code_of( answer( showing( [ 'env' => 'test' ] ) ) ), 'test-money-refused' );
	same( code_of( answer( showing( [], [ 'env' => 'test' ] ) ) ), 'test-money-refused' );
	same( code_of( answer( showing(), [ 'asking' => 'https://evil.example' ] ) ), 'verification-failed' );
} );

test( 'evidence for a challenge that ended is too late', function () {
	$shown      = showing( [], [], [ 'iat' => NOW + 600 ] );
	Site::$now += 600;
	same( code_of( answer( $shown ) ), 'payment-expired' );
} );

test( 'T14 a copied proof opens this once, and no longer than ten minutes', function () {
	$shown = showing();
	answer( $shown );
	has( answer( $shown )->headers['Set-Cookie'], 'Max-Age=600;' );
} );

test( 'a price that changed since takes away from nobody what they own', function () {
	$shown  = showing();
	$raised = offer( 'GET /articles/1', '2' );
	same( answer( $shown, [], $raised )->is_open, true );
} );
