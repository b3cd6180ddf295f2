/** The states of a question in words, as who asked reads them. */
import type { QuestionState } from '../question-rows.ts';

export const stateWords: Record<QuestionState, string> = {
  open: 'waits for an answer',
  answered: 'is answered',
  closed: 'is closed',
};
