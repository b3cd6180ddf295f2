<?php
/**
 * `php tests/run.php [word…]` runs the tests whose names contain one of the words, or all. Each line is JSON: name and, where
 * it failed, why. Plain PHP, no composer; the exit code says whether all passed.
 */

error_reporting( E_ALL );
set_error_handler( fn( int $level, string $words, string $file, int $line ) => throw new ErrorException( $words, 0, $level, $file, $line ) );

require __DIR__ . '/stand-in.php';
require __DIR__ . '/../micro-pay.php';
require __DIR__ . '/support.php';

$tests = [];
function test( string $name, callable $do ): void {
	global $tests;
	$tests[ $name ] = isset( $tests[ $name ] ) ? throw new Exception( "Two tests are named $name." ) : $do;
}
foreach ( [ 'vectors', 'door', 'evidence', 'posts', 'front', 'tips', 'settings' ] as $noun ) {
	require __DIR__ . "/$noun.php";
}

$words  = array_slice( $argv, 1 );
$failed = 0;
foreach ( $tests as $name => $do ) {
	if ( $words && ! array_filter( $words, fn( string $word ): bool => str_contains( $name, $word ) ) ) {
		continue;
	}
	$row = [ 'name' => $name ];
	try {
		fresh_site();
		$do();
	} catch ( Throwable $error ) {
		++$failed;
		$row['failed'] = $error->getMessage() . ' at ' . basename( $error->getFile() ) . ':' . $error->getLine();
	}
	echo json_encode( $row, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE ), "\n";
}
exit( $failed ? 1 : 0 );
