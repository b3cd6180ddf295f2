<?php
/** Something for sale: what is owned afterwards, its price, for how long. It comes from the author, never from the request. */

namespace MicroPay;

final class Offer {
	private const YEAR = 31536000;

	/** @param array{amount: string, currency: string} $money */
	public function __construct(
		public readonly string $scope,
		public readonly array $money,
		public readonly string $title = '',
		public readonly int $seconds = self::YEAR
	) {}

	/** The `request` of a challenge. */
	public function request( Shop $shop ): string {
		$request = $this->money + [
			'recipient'     => $shop->payee->url,
			'description'   => printable( $this->title ),
			'externalId'    => self::mark( $shop, $this->scope, $this->seconds, $this->money ),
			'methodDetails' => [ 'entitles' => [ 'scope' => $this->scope, 'seconds' => $this->seconds ] ],
		];
		return encode_json( array_filter( $request ) );
	}

	/** Our own word, carried by the receipt, that this was sold for so much and so long (docs/decisions/017). */
	public static function mark( Shop $shop, string $scope, int $seconds, array $money ): string {
		return mac( "mark\n{$shop->secret}", "{$shop->payee->url} {$money['amount']} {$money['currency']} $seconds $scope" );
	}

	/** @throws Problem `payment-insufficient` below the price, `verification-failed` above it or in another currency. */
	public function assert_paid( string $amount, string $currency ): void {
		demand( $currency === $this->money['currency'], 'verification-failed' );
		demand( (int) $amount >= (int) $this->money['amount'], 'payment-insufficient' );
		demand( (int) $amount <= (int) $this->money['amount'], 'verification-failed' );
	}
}
