<?php
/** Amounts: people write `0.02` and `USD`, the wire says `2` and `usd`. Strings and integers, never a float. */

namespace MicroPay;

/** ISO 4217 codes by the digits of their minor unit. */
const MINOR_UNITS = [
	2 => 'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU
		CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS
		KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB
		PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD
		TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG',
	0 => 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
	3 => 'BHD IQD JOD KWD LYD OMR TND',
	4 => 'CLF UYW',
];

/** Digits after the point; null for what is no currency. */
function minor_digits( string $code ): ?int {
	foreach ( preg_match( '/^[A-Z]{3}$/D', $code ) ? MINOR_UNITS : [] as $digits => $codes ) {
		if ( str_contains( $codes, $code ) ) {
			return $digits;
		}
	}
	return null;
}

/** Digits after the point of what counts on the wire: `usd` has two, `usd-micro` six. */
function scale_of( string $currency ): ?int {
	preg_match( '/^([a-z]{3})(-micro)?$/D', $currency, $parts );
	$minor = minor_digits( strtoupper( $parts[1] ?? '' ) );
	return null !== $minor && isset( $parts[2] ) ? 6 : $minor;
}

/**
 * What `0.02` and `USD` are on the wire: minor units where that is exact, else millionths.
 *
 * @return array{amount: string, currency: string}|null Null for a sign, an exponent, more than six decimals, zero, over a million.
 */
function money_from( string $decimal, string $code ): ?array {
	$minor = minor_digits( $code );
	if ( null === $minor || ! preg_match( '/^(\d{1,7})(?:\.(\d{1,6}))?$/D', $decimal, $parts ) ) {
		return null;
	}
	$micro = (int) ( $parts[1] . str_pad( $parts[2] ?? '', 6, '0' ) );
	if ( 0 === $micro || $micro > 10 ** 12 ) {
		return null;
	}
	$step     = 10 ** ( 6 - $minor );
	$is_exact = 0 === $micro % $step;
	return [ 'amount' => (string) ( $is_exact ? intdiv( $micro, $step ) : $micro ), 'currency' => strtolower( $code ) . ( $is_exact ? '' : '-micro' ) ];
}

/** `2¢` where readers say so, else `0.02 EUR`. */
function price_label( string $decimal, string $code ): string {
	$says_cents = 'USD' === $code && 'en_US' === get_locale();
	return $says_cents && preg_match( '/^0\.(\d)(\d)$/D', $decimal, $cents ) ? ltrim( $cents[1], '0' ) . "$cents[2]¢" : "$decimal $code";
}
