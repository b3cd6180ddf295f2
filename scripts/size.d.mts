export const rows: readonly { name: string; limit: number | undefined; ceiling?: number }[];
