export declare const pinned: () => { name: string; integrity: string; tag: string }[];
