/** A story in passages, each as long as a minute of reading aloud. Its beginning is for everyone. */

export interface Passage {
  /** From 1 */
  minute: number;
  text: readonly string[];
}

export const opening: readonly string[] = [
  'The Office of Lost Hours is on the third floor of the town hall, behind the room with the umbrellas. Most people never get past the umbrellas. They find the one they came for, or one that is near enough, and go home dry and content, and never learn what else this town has mislaid.',
  'Ottilie Vance got past them on her first morning, because she had been hired to.',
];

const texts: readonly (readonly string[])[] = [
  [
    '“It is simple work,” said Mr Halloran, who had done it for forty years and was to retire on Friday. He pulled out a drawer. It was full of small brown envelopes, each with a name, a date and a weight in grams. “People hand them in. You write down where it was found and when. Then you wait until somebody comes and asks.”',
    '“What do they weigh?” said Ottilie, who liked to be exact.',
    '“An hour is about as heavy as a letter. A summer afternoon can be more. You will find a scale by the window, and it is right to the gram, but do open the window first. They sulk in stale air.” He held an envelope to the light. Inside it something moved slowly, like honey in a tilted jar.',
  ],
  [
    'That week she learned to tell them apart by touch. An hour that was lost in a queue is dry and a little rough. One that went by in bed on a Sunday is warm, and must be kept away from the others, or they will lie down. Waiting for a letter leaves a sharp edge. Waiting for a person leaves two.',
    '“And these?” She had found a shelf where every envelope had the same name.',
    '“Ah,” said Mr Halloran. “Dr Brandt. She left the better part of nineteen years on the stairs of the hospital, a few minutes at a time. The porters sweep them up and send them over. I have written to her twice. She says that she hasn’t the time to come.”',
    'On Friday he gave Ottilie the key, the stamp, and a fern. The fern, he said, was eleven, but it had been left beside the drawers, and thought that it was four.',
  ],
  [
    'Her first visitor alone was a boy of about nine, who could hardly see over the counter. He had lost an hour, he said, on Tuesday, between school and supper. He wasn’t in trouble for it. He only wanted to know what had been in it.',
    'She found the envelope under T. It had been handed in by a tram driver, who wrote: last row, left, on the seat, still going.',
    '“Sign here,” said Ottilie, and the boy signed, in letters that leaned on each other. He opened the flap the width of a finger and looked in with one eye. He looked for a long while.',
    '“It’s just rain,” he said at last. “On the window. And a dog, and I’m counting the lamps.” He folded the flap back down with great care. “Can I leave it here until I need it?”',
    'There was no form for that. Ottilie drew one up.',
  ],
  [
    'By October the form had a number, and by November it had a queue. It seemed that the town was full of people who did not want their hours back so much as to know that they were somewhere dry. They came up the stairs past the umbrellas, asked to see this evening or that, nodded, and went away lighter by about the weight of a letter.',
    'A retired fencing master visited a quarter of an hour from 1958. He never opened it. He only liked to hold it up to the light, and she learned to have the lamp ready.',
    'Two sisters came about the same afternoon, and each was sure that it was hers. Ottilie put it on the scale, cut it down the middle with the brass knife that was kept for the purpose, and weighed the halves. They were not the same. “That’s right,” said the elder. “She never stayed for the end.”',
  ],
  [
    'The trouble began with the audit. Every ten years the town counts what it owns, and that winter it sent Mr Pell, who had counted the bridges, the benches and the ducks, and been correct about all of them.',
    '“I make it four hundred and six thousand hours,” he said on the third day, and took his glasses off. “That is a good deal of time to have lying about.”',
    '“It isn’t ours,” said Ottilie.',
    '“After thirty years it is.” He turned the book around and put a clean fingernail under the line. Whatever is not asked for within thirty years, said the ordinance of 1887, in the hand of somebody who plainly had a good pen, falls to the town, to be used for the common good. “There must be half a lifetime in the back room alone. The council has been asking me for years where they could find the time.”',
  ],
  [
    'She did not sleep that night. She lay and listened to the clock of the town hall, which was two minutes slow, since the room beneath its works was hers. In the morning she went down and asked the archivist for every ordinance of 1887.',
    'It took until four. There was one on the keeping of geese, and one against whistling in the vicinity of milk. And there, on a page that had stuck to its neighbour, was a second paragraph, which nobody had turned to since it was written.',
    'An hour is asked for, it said, if any person has thought of it. No form is needed, and no visit. It shall be sufficient to have remembered.',
    'Ottilie read it twice. Then she copied it out, thanked the archivist, and ran up three flights of stairs, past the umbrellas, with her coat still on.',
  ],
  [
    '“That is all very well,” said Mr Pell, “but how should I count it? I can’t know what people remember.”',
    '“You could ask.”',
    'So they asked. A card was printed, and put through every door with the water bill. It said: Have you lost an hour that you still think of? Please put a cross. You need not say which one.',
    'Mr Pell had ordered a tray for the answers. By Wednesday he had to order a cart. There were cards with a cross on them, and cards with nine. There was one that was crossed all over, front and back, like a piece of knitting. Dr Brandt’s had come by messenger, with a note: All of them. I thought of every one, each time, on the next stair.',
    'And there was one on which somebody had first put a cross, and then made it into a small drawing of a tram.',
  ],
  [
    'It left eleven hours that nobody had thought of. Mr Pell laid them out on the counter in a row. They were thin grey things. Someone had stood in the wrong line, someone had looked for a pen. One had been spent in its entirety on the choice of a shower curtain.',
    '“These, then,” said the auditor, “are the property of the town.” He did not sound triumphant. He had put a cross on his own card, and had been seen that morning at the letter P.',
    'The council met to decide on the common good. It met for three hours, which had to be taken from the eleven. The fire brigade asked for two and was given one, to be used when a minute too few is left. The school got four, in pieces of five minutes, for children who have nearly understood.',
    'That left three. They were put into a jar, and the jar was put at the top of the stairs.',
  ],
  [
    'You can see it there today. It stands on a stool beside the umbrellas, and on the lid is a card in Ottilie’s handwriting: For whoever has none to spare. Please take a little.',
    'At first nobody did. Then a young father was seen to dip in two fingers, and to stand for a while at the window with the child asleep on his arm, not going anywhere. A bus driver took thirty seconds and waited for someone who was running. Dr Brandt came herself, in her white coat, on her way from somewhere to somewhere. She took a minute, sat down on the top step, and spent it there.',
    'By Christmas, Mr Pell calculated, the jar should have been empty. He came to count. He held it up, he shook it a little, he put it on the scale by the open window.',
    '“It is heavier,” he said.',
  ],
  [
    'They never found out who had put something in. Ottilie has her suspicions, and keeps them in a drawer.',
    'She is thirty-four now; the fern believes that it is seven. The audit is done, the bridges and benches and ducks are all where they should be, and so are four hundred and six thousand hours, less eleven. In the evening, when she has stamped the last form and opened the window, she takes down an envelope that has her own name on it. It is quite new. It was handed in by a man on the third floor of another building, who wrote: found after she had left. I believe that she was reading.',
    'She has not opened it. There is no hurry. It weighs about as much as a letter, and when you hold it to the light, you can see somebody turn the page.',
  ],
];

export const passages: readonly Passage[] = texts.map((text, index) => ({
  minute: index + 1,
  text,
}));

export const passageOf = (minute: string | undefined): Passage | undefined =>
  passages.find((passage) => String(passage.minute) === minute);
