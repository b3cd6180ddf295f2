<?php
/** The door: judges a credential offline, cheapest checks first, and takes each payment once. */

namespace MicroPay;

final class Door {
	private const SKEW   = 60;
	private const REPEAT = 600;
	private const CODE   = 'verification-failed';

	private Wallet_Keys $keys;
	private Taken $taken;

	public function __construct( private Shop $shop, private Offer $offer, private Visit $visit, private int $now ) {
		$this->keys  = new Wallet_Keys( $shop->payee->wallet );
		$this->taken = new Taken();
	}

	/**
	 * Lets in who paid, or shows what they own.
	 *
	 * @return array{is_repeat: bool, receipt: string, claims: array, until: int} A repeat is the same bytes again, because an answer
	 *         may have got lost; `until` says how long it is owned.
	 * @throws Problem
	 */
	public function enter(): array {
		$credential = Challenge::credential( $this->visit->authorization );
		demand( $credential, 'payment-required' );
		[ 'challenge' => $challenge, 'payload' => $payload ] = $credential;
		$expires = Challenge::recognise( $challenge, $this->offer, $this->shop );
		demand( 'receipt' === ( $payload['type'] ?? null ) && fits( SHAPES['payload'], $payload ), 'malformed-credential' );
		$bytes = hash( 'sha256', $this->visit->authorization );
		return isset( $payload['proof'] )
			? $this->by_evidence( $payload, $challenge['id'], $expires, $bytes )
			: $this->by_payment( $payload['receipt'], $challenge['id'], $expires, $bytes );
	}

	private function by_payment( string $text, string $cid, int $expires, string $bytes ): array {
		$signed  = Signed::read( $text, 'receipt', self::CODE );
		$receipt = $signed->claims;
		$id      = hash( 'sha256', "{$receipt['iss']}|{$receipt['jti']}" );
		$entered = [ 'receipt' => $text, 'claims' => $receipt, 'until' => $receipt['iat'] + $this->offer->seconds ];
		// Equal bytes were verified when they came first; an answer that got lost must not cost what was paid for.
		$earlier = $this->taken->find( $id );
		if ( $earlier && $this->now < $earlier['taken_at'] + self::REPEAT && hash_equals( $earlier['credential'], $bytes ) ) {
			return [ 'is_repeat' => true ] + $entered;
		}
		demand( $expires > $this->now, 'payment-expired' );
		$this->assert_wallet( $receipt );
		demand( $receipt['cid'] === $cid, self::CODE );
		$this->offer->assert_paid( $receipt['amt'], $receipt['cur'] );
		demand( $receipt['exp'] > $this->now - self::SKEW, 'payment-expired' );
		$this->keys->verify( $signed, $this->now );
		return [ 'is_repeat' => ! $this->taken->take( $id, $bytes, $this->now ) ] + $entered;
	}

	/**
	 * A receipt is proof, not access: it opens only with a grant of the same person for this site, and the word of that grant's
	 * key for this very challenge. It costs nothing, on any device, even after this site lost its memory.
	 */
	private function by_evidence( array $payload, string $cid, int $expires, string $bytes ): array {
		$evidence = Signed::read( $payload['receipt'], 'receipt', self::CODE );
		$approval = Signed::read( $payload['grant'] ?? null, 'grant', self::CODE );
		$word     = Signed::read( $payload['proof'], 'proof', self::CODE );
		[ $receipt, $grant, $proof ] = [ $evidence->claims, $approval->claims, $word->claims ];
		demand( $expires > $this->now, 'payment-expired' );
		$this->assert_wallet( $receipt );
		$this->assert_wallet( $grant );
		$this->assert_sold( $receipt );
		demand( $grant['sub'] === $receipt['sub'], self::CODE );
		demand( $grant['org'] === ( $this->visit->asking ?? $this->shop->origin ), self::CODE );
		demand( $grant['exp'] > $this->now - self::SKEW, self::CODE );
		demand( $proof['aud'] === $this->shop->payee->url && $proof['cid'] === $cid, self::CODE );
		demand( abs( $this->now - $proof['iat'] ) <= self::SKEW, self::CODE );
		$this->keys->verify( $evidence, $this->now );
		$this->keys->verify( $approval, $this->now );
		$word->verify( $grant['cnf']['jwk']['x'], self::CODE );
		$is_new = $this->taken->take( hash( 'sha256', "proof|$cid" ), $bytes, $this->now );
		return [ 'is_repeat' => ! $is_new, 'receipt' => $payload['receipt'], 'claims' => $receipt, 'until' => $receipt['own']['until'] ];
	}

	/** @throws Problem For another wallet's word, another payee's, one from the future, or play money. */
	private function assert_wallet( array $claims ): void {
		$payee = $this->shop->payee;
		demand( $claims['iss'] === $payee->wallet && $claims['aud'] === $payee->url, self::CODE );
		demand( $claims['iat'] <= $this->now + self::SKEW, self::CODE );
		demand( 'test' !== $claims['env'] || $this->shop->play_money, 'test-money-refused' );
	}

	/** The wallet tells what was paid; that we sold this for it, and for so long, only our own mark tells. */
	private function assert_sold( array $receipt ): void {
		[ 'scope' => $scope, 'until' => $until ] = $receipt['own'] ?? [ 'scope' => '', 'until' => 0 ];
		demand( $scope === $this->offer->scope && $until > $this->now, self::CODE );
		$money = [ 'amount' => $receipt['amt'], 'currency' => $receipt['cur'] ];
		$mark  = Offer::mark( $this->shop, $scope, $until - $receipt['iat'], $money );
		demand( hash_equals( $mark, $receipt['ext'] ?? '' ), self::CODE );
	}
}
