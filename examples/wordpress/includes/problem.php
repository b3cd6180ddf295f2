<?php
/** What went wrong at the door: a stable code, and how a program reads it (RFC 9457). */

namespace MicroPay;

final class Problem extends \Exception {
	/** Status, did money move, next step, words, the Payment scheme's own name. A test compares them with docs/problems.md. */
	private const ROWS = [
		'malformed-request'    => [ 400, 'no', 'none', 'The request could not be read.', 'bad-request' ],
		'malformed-credential' => [ 402, 'no', 'retry', 'The payment credential could not be read.', 'malformed-credential' ],
		'invalid-challenge'    => [ 402, 'no', 'retry', 'The payment was made for something else or used before.', 'invalid-challenge' ],
		'payment-expired'      => [ 402, 'no', 'retry', 'The request for payment has expired.', 'payment-expired' ],
		'verification-failed'  => [ 402, 'no', 'retry', 'The payment could not be verified.', 'verification-failed' ],
		'payment-required'     => [ 402, 'no', 'retry', 'A payment is needed to open this.', 'payment-required' ],
		'payment-insufficient' => [ 402, 'no', 'retry', 'The payment is smaller than the price.', 'payment-insufficient' ],
		'test-money-refused'   => [ 402, 'no', 'contact', 'Play money is not accepted here.', 'verification-failed' ],
		'header-too-large'     => [ 431, 'no', 'none', 'The request headers are too large.', '' ],
		'unavailable'          => [ 503, 'unknown', 'retry', 'The service is not available right now.', '' ],
	];

	public function __construct( public readonly string $name ) {
		parent::__construct( $name );
	}

	public function status(): int {
		return self::ROWS[ $this->name ][0];
	}

	/** The body of an `application/problem+json` answer. Nothing that was sent is repeated in it. */
	public function details(): array {
		[ $status, $moved, $next, $title, $type ] = self::ROWS[ $this->name ];
		$type = $type ? "https://paymentauth.org/problems/$type" : "urn:micro-pay:problem:{$this->name}";
		return [ 'type' => $type, 'title' => $title, 'status' => $status, 'code' => $this->name, 'moneyMoved' => $moved, 'nextStep' => $next ];
	}
}

/** @throws Problem With this code, unless it holds. */
function demand( mixed $holds, string $code ): void {
	if ( ! $holds ) {
		throw new Problem( $code );
	}
}
