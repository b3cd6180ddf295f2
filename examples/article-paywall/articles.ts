/** The short articles of a small newspaper. The teaser is for everyone, the body for those who paid. */

export interface Article {
  id: string;
  section: string;
  title: string;
  byline: string;
  teaser: string;
  body: readonly string[];
}

export const articles: readonly Article[] = [
  {
    id: '1',
    section: 'Harbour',
    title: 'The lamplighter who counts ships',
    byline: 'Ines Karlsen',
    teaser:
      'Every evening for thirty-one years, Tove Brandt has climbed the hundred and twelve steps of the old light. The lamp went automatic long ago. She goes up for the notebooks.',
    body: [
      'There are forty of them now, bound in oilcloth, one line for every vessel that passed before dark. Name if she could read it, rig or type if she could not, heading, and the weather in two words. “Fair, thinking of rain” is her favourite entry. It is from a Tuesday in 1998, and nothing passed at all.',
      'The port authority has radar for this, and a database that knows the cargo of each hull to the kilogram. But the database forgets after seven years, and it never knew that the Margarethe dipped her flag each time she came by, or that on the last trip she did it twice.',
      'Last spring a marine biologist climbed the steps to ask about something else entirely: the seals. Tove had noted them in the margins, a small circle for each, because she liked them. The margins turned out to be the longest unbroken count of harbour seals on this coast.',
      'So the university has scanned the notebooks, all forty. “They wanted to take the originals,” says Tove. “I said they could have them when I have finished.” She opens number forty-one, looks out, and waits. “Fair,” she writes. Then, after a while: “One seal, looking.”',
    ],
  },
  {
    id: '2',
    section: 'Kitchen',
    title: 'What the bread knows about Monday',
    byline: 'Mathis Oyelaran',
    teaser:
      'A baker in the Tanner’s Yard swears that his dough rises differently after the weekend. He is right, and the reason is under the street.',
    body: [
      'Emil Roth keeps two thermometers in his bakery, and does not trust either. He trusts the starter, a grey and patient thing in a stone crock that is older than his lease. “On Mondays it sulks,” he says. For years his apprentices put this down to the baker, who also sulks on Mondays.',
      'Then one of them, Dilara, began to write things down. Room, flour, water, crock: all the same as on any other day. All but one. The floor beneath the proving shelf was two degrees colder on Monday mornings, and she could not see why a floor would know what day it was.',
      'The answer lies three metres down, where the pipe of the old laundry runs to the river. From Tuesday to Saturday it carries warm water, and from Saturday noon it carries none. The stones take a day and a half to give up what they have stored. By Monday at four, when the first dough is set, they have nothing left to give.',
      'Emil has moved the shelf. The bread is now the same every day of the week, and two of his oldest customers have complained. They had liked the Monday loaf: a little denser, a little sour, with a crust that took some work. So on Mondays one tray goes back to the cold corner. It sells out by seven.',
    ],
  },
  {
    id: '3',
    section: 'Small machines',
    title: 'A clock for people who are not in a hurry',
    byline: 'Ruth Abebe',
    teaser:
      'It has one hand, it strikes when it feels like it, and there is a waiting list of two years. A visit to a workshop that builds time at a walking pace.',
    body: [
      'The clocks that Janna Vael makes have no minute hand. “I had one on the first,” she says, “and I noticed that I looked at it.” What remains is a single hand of blackened steel, which takes twelve hours to go around and points, as she puts it, to the part of the day you are in.',
      'It is not that they are wrong. The movement is a good one, regulated to four seconds a week, which is an absurd thing to do to a clock nobody can read to nearer than five minutes. She does it all the same. “You can hear it,” she says, and you can: the tick is even, in the way that a calm person is even.',
      'The strike is where she allows herself to play. A small cam, cut by hand and different in each clock, decides how long after the hour the bell will sound. It may be a minute, it may be six. The owners learn it the way one learns the habits of a cat.',
      'Most of her buyers are surgeons, she says, and schoolteachers, and once a man who drove express trains. He wrote to her after a year. He still knew to the second when he was due at every station, he said. But at home he had begun to arrive when he got there.',
    ],
  },
  {
    id: '4',
    section: 'River',
    title: 'The ferry that waits',
    byline: 'Jonas Lindqvist',
    teaser: 'It crosses four times a day, unless somebody is running.',
    body: [
      'The timetable of the Lower Ferry is printed on the back of the ticket, and under it, in smaller letters: “or when Miss Ade has come.” Miss Ade is eighty-four and teaches the piano on the other bank.',
      'The company wanted the line removed. The ferryman asked them to name one passenger who had complained. They asked around for a week, and then had it set in a better typeface.',
    ],
  },
  {
    id: '5',
    section: 'School',
    title: 'Seven ways to fold a map',
    byline: 'Noor Haddad',
    teaser: 'A geography class was told to get lost, and to write down how.',
    body: [
      'Thirty children went out with thirty maps and came back with seven ways to fold one. The shortest fits a shirt pocket. The longest is a boat.',
      'Their teacher had wanted them to learn scale. “They learned that north is where you put it,” she says, and has changed the test.',
    ],
  },
  {
    id: '6',
    section: 'Weather',
    title: 'Fog, by appointment',
    byline: 'Ines Karlsen',
    teaser:
      'For nineteen years a retired pilot has told the town when it will not see its own church.',
    body: [
      'Per Aune reads it from the kettle. If the steam lies down before it reaches the window, the harbour will be gone by six.',
      'He is right four days in five. The weather service is right four days in five as well, but it does not make tea.',
    ],
  },
  {
    id: '7',
    section: 'Market',
    title: 'The honest scale',
    byline: 'Mathis Oyelaran',
    teaser: 'At the cheese stall there is a second scale, for whoever does not believe the first.',
    body: [
      'It is older, made of brass, and belongs to the town. Anyone may use it, and in a good month two people do.',
      'The seller polishes it every morning. “Nobody checks a man who polishes the thing,” he says. In March it was found to be off by a gram, to his cost.',
    ],
  },
  {
    id: '8',
    section: 'Small machines',
    title: 'A radio with one station',
    byline: 'Ruth Abebe',
    teaser: 'It has no dial. The person who built it did not want to choose.',
    body: [
      'Inside there is a crystal, a coil, and a coin that was too thin to spend. It gets one station, from across the water, in a language she does not speak.',
      'She knows the voices by now. One of them has had a cold since Tuesday.',
    ],
  },
  {
    id: '9',
    section: 'Garden',
    title: 'The pear nobody planted',
    byline: 'Dilara Sönmez',
    teaser: 'It stands in the middle of the car park, and the cars have been painted around it.',
    body: [
      'The tree was four when the plan was drawn and the surveyor was kind. He marked it as a lamp post, and nobody builds on a lamp post.',
      'It gave eleven pears last autumn. They were left, in a row, on the bonnets of eleven cars.',
    ],
  },
  {
    id: '10',
    section: 'Library',
    title: 'Overdue since 1961',
    byline: 'Noor Haddad',
    teaser: 'A book about patience has come back, with a note.',
    body: [
      '“I meant to finish it,” says the note, and then: “I have.” The fine would come to a small car. The librarian has entered it as a loan that was extended by hand.',
      'Three people have asked for the book since. There is a waiting list, which seems right.',
    ],
  },
  {
    id: '11',
    section: 'Night',
    title: 'Who turns off the square',
    byline: 'Jonas Lindqvist',
    teaser:
      'At a quarter past one the lamps go out, one by one, and it is not a machine that does it.',
    body: [
      'It could be one. The switch was offered in 1987, and again last year. The council votes, and each time the lamplighter’s chair is moved a little nearer to the stove.',
      'She begins at the bakery and ends at the bridge. It takes eleven minutes, “so that whoever is still out,” she says, “is told gently.”',
    ],
  },
  {
    id: '12',
    section: 'Letters',
    title: 'A correction to last week’s silence',
    byline: 'the editors',
    teaser:
      'There was no paper on Thursday, and eleven readers wrote to say that it was a good one.',
    body: [
      'The press had stopped over a spoon. Nobody has claimed it. It has been put on the wall above the desk, where the awards would be.',
      'We regret the silence, which was not ours to sell. Whoever paid for it has been paid back.',
    ],
  },
];

export const articleOf = (id: string | undefined): Article | undefined =>
  articles.find((article) => article.id === id);
