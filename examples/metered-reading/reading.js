// What the page does with what was paid: a passage is put below the last one, and the text is dimmed while the meter stands
// still. It decides nothing about money: a passage comes only with a payment, and only from the server.
const story = document.querySelector('#passages');
const meter = document.querySelector('#meter');

const deliver = ({ detail: { response } }) => {
  if (response?.ok) passageIn(response).then(show, () => show(linkTo(response)));
};
meter.addEventListener('micro-pay-paid', deliver);
// What was paid for before costs nothing: such a minute is only counted, and comes with the count.
meter.addEventListener('micro-pay-meter', deliver);
meter.addEventListener('micro-pay-meter', ({ detail: { is } }) => {
  story.dataset.meter = is;
});

/** The answer is the passage's own page; of that, the passage. */
async function passageIn(response) {
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  return page.querySelector('section.passage');
}

/** The line broke in the middle of it. It was paid for, so its address opens it. */
function linkTo({ url }) {
  const link = document.createElement('a');
  link.href = url;
  link.textContent = 'This passage did not arrive whole. It is yours: open it here.';
  const passage = document.createElement('section');
  passage.className = 'passage';
  passage.id = `minute-${url.split('/').at(-1)}`;
  passage.append(link);
  return passage;
}

/** By their numbers: the answer to one may have been slower than that to the next. */
function show(passage) {
  document.getElementById(passage.id)?.remove();
  const next = [...story.children].find((other) => minuteOf(other) > minuteOf(passage));
  story.insertBefore(passage, next ?? null);
}

const minuteOf = ({ id }) => Number(id.replace('minute-', ''));

const boosted = document.querySelector('#boosted');
let boosts = 0;
document.querySelector('#boosts').addEventListener('micro-pay-paid', () => {
  boosts += 1;
  boosted.value = `${boosts === 1 ? 'One boost' : `${boosts} boosts`} from you in this visit. Thank you!`;
});
