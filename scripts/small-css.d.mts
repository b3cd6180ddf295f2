import type { Plugin } from 'esbuild';

export declare const smallCss: (code: string) => string;
export declare const esbuildCss: Plugin;
