/** A short course on knots: three modules, each with a text and two questions. Reading is free. */

export interface Question {
  text: string;
  answers: readonly string[];
  /** Index of the right answer; it never leaves the server */
  right: number;
}

export interface Module {
  id: string;
  title: string;
  lead: string;
  text: readonly string[];
  quiz: readonly Question[];
}

export const modules: readonly Module[] = [
  {
    id: '1',
    title: 'The bowline',
    lead: 'A loop that holds a ship and lets go of a finger.',
    text: [
      'Take the rope in one hand, an arm’s length from its end, and make a small loop there, so that the end lies on top. That loop is a rabbit hole, the long part of the rope behind it is a tree, and the end is the rabbit.',
      'The rabbit comes up out of the hole, goes once around behind the tree, and back down the hole. Hold the end and both sides of the big loop, and pull the long part. That is a bowline.',
      'The loop it makes keeps its size: it doesn’t draw tight around what is in it, which is why it goes around bollards, and around people. However hard it was pulled, it can be untied afterwards: bend the collar at the tree back, and it opens. While it is pulled, it can’t be, so don’t use it where you may have to let go under load.',
    ],
    quiz: [
      {
        text: 'What do you tie a bowline for?',
        answers: [
          'To shorten a rope',
          'For a loop that doesn’t draw tight',
          'To join two ropes of one thickness',
        ],
        right: 1,
      },
      {
        text: 'The rabbit has gone around the tree. What does it do next?',
        answers: ['It goes back down the hole', 'It goes around once more', 'It stays outside'],
        right: 0,
      },
    ],
  },
  {
    id: '2',
    title: 'The sheet bend',
    lead: 'Two ropes that have never met, and are not of one size.',
    text: [
      'When two ropes are as thick as each other, many knots will join them. When they are not, the thin one tends to pull itself out of the thick one. The sheet bend was made for that.',
      'Fold the end of the thicker rope back on itself, so that it forms a hook. Bring the thin end up through the hook from below, once around behind both parts of it, and then under itself, where it came in. Don’t pass it through the hook a second time. Pull all four parts: the hook closes on the thin rope and holds it.',
      'Let both short ends come out on the same side, as it holds better so. And where the thin rope is very thin, or slippery, take it around the hook once more before you tuck it under. Then it is called a double sheet bend.',
    ],
    quiz: [
      {
        text: 'Which of the two ropes is folded into a hook?',
        answers: ['The thinner one', 'The longer one', 'The thicker one'],
        right: 2,
      },
      {
        text: 'The thin rope is slippery. What helps?',
        answers: ['To wet it', 'To take it around the hook once more', 'To leave the ends short'],
        right: 1,
      },
    ],
  },
  {
    id: '3',
    title: 'The clove hitch',
    lead: 'The quickest way to a post, and when not to trust it.',
    text: [
      'Lay the end around the post and across its own long part, so that they make an X. Go around a second time, above the first, and tuck the end under the X. Two turns, side by side, with a bar across them: a clove hitch.',
      'It is quick to tie, also with one hand, and quick to change. Ease both parts, and you can make the line longer or shorter without untying it. That is why fenders hang by it.',
      'It asks for a steady pull. Where the post can turn, or where the pull comes and goes, it works itself loose. A boat that shall be there tomorrow gets two half hitches around its own line on top of it, or another knot.',
    ],
    quiz: [
      {
        text: 'What is the clove hitch good at?',
        answers: [
          'It can be made longer or shorter without untying',
          'It never comes loose',
          'It joins a thick rope to a thin one',
        ],
        right: 0,
      },
      {
        text: 'When does it come loose?',
        answers: [
          'When the rope is old',
          'When the post is too thick',
          'When the post turns, or the pull comes and goes',
        ],
        right: 2,
      },
    ],
  },
];

export const moduleOf = (id: string | undefined): Module | undefined =>
  modules.find((module) => module.id === id);

/** @param given what a form says, `q0`, `q1`, …: the index of an answer each */
export const isRight = ({ quiz }: Module, given: Record<string, unknown>): boolean =>
  quiz.every(({ right }, index) => given[`q${index}`] === String(right));
