/** Defects to plant, one at a time; each is found by the story of its seed. */
export interface Defect {
  name: string;
  /** Where it is planted; `from` stands there once */
  file: string;
  from: string;
  to: string;
  /** The first seed whose story it breaks */
  seed: number;
}

export const defects: readonly Defect[] = [];
