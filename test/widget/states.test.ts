/** The button in every state of its table: its audit first, its defaults second, one tap third. */
import axe from 'axe-core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { MicroPayElement } from '../../widget/index.ts';
import { type State, states } from '../../widget/states.ts';
import { refuse } from './fake-client.ts';
import { type Road, stateRoads, viewRoads } from './gallery/roads.ts';
import {
  answer,
  becomes,
  buttonOf,
  choices,
  clientThat,
  labelOf,
  panelIsOpen,
  place,
  soon,
  tap,
  tip,
  within,
  wordsOf,
} from './support.ts';

afterEach(() => vi.restoreAllMocks());

async function walk(road: Road): Promise<MicroPayElement> {
  const { attributes = tip, script, steps, state, panel } = road;
  const client = clientThat(script);
  const element = await place(attributes);
  for (const step of steps) {
    // Before it has answered, a tap would do nothing.
    await soon(() => expect(buttonOf(element).getAttribute('aria-busy')).toBe('false'));
    if (typeof step === 'number') await client.script.clock.pass(step);
    else if (step === 'tap') await tap(element);
    else if (step === 'details') await userEvent.click(within(element, '[part="details"]'));
    else await answer(element, step);
  }
  await becomes(element, state);
  if (panel) await soon(() => expect(panelIsOpen(element)).toBe(true));
  return element;
}

async function complaints(): Promise<unknown[]> {
  const { violations } = await axe.run(document.body, { rules: { region: { enabled: false } } });
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

describe.each(stateRoads)('in the state $state', (road) => {
  test('axe finds nothing', async () => {
    const element = await walk(road);
    expect(await complaints()).toEqual([]);
    expect(element.matches(`:state(${road.state})`)).toBe(true);
  });

  test('the button keeps its name, its focus and its size, and words say what happened', async () => {
    const { state } = road;
    const element = await walk(road);
    const { busy, role } = states[state];
    // A meter that runs or rests has its choices instead.
    const isMeter = state === 'running' || state === 'paused';
    const button = buttonOf(element);
    const names: Partial<Record<State, string>> = {
      idle: 'Pay …',
      paid: 'Paid 2¢',
      running: 'Pay 1¢',
      paused: 'Pay 1¢',
    };
    expect(labelOf(element)).toBe(names[state] ?? 'Pay 2¢');
    expect(button.getAttribute('aria-busy')).toBe(String(busy));
    expect(button.disabled).toBe(false);
    const tapped = isMeter ? choices(element)[0] : button;
    expect(tapped?.offsetHeight).toBeGreaterThanOrEqual(44);
    if (role === 'alert') expect(wordsOf(element)).toMatch(/You were not charged\. [A-Z]/);
    expect(within(element, `[role="${role}"]`).textContent.trim()).toBe(wordsOf(element));
  });
});

test.each(Object.entries(viewRoads))('axe finds nothing in: %s', async (_name, road) => {
  vi.spyOn(console, 'error').mockReturnValue();
  await walk(road);
  await soon(async () => expect(await complaints()).toEqual([]));
});

test('every state has a road', () => {
  const reached = stateRoads.map(({ state }) => state);
  expect(Object.keys(states).filter((state) => !reached.includes(state as State))).toEqual([]);
});

test('by default it says what a tap costs, and asks nobody', async () => {
  const client = clientThat();
  const element = await place();
  expect(labelOf(element)).toBe('Pay 2¢');
  expect(element.state).toBe('ready');
  expect(wordsOf(element)).toBe('');
  expect(client.calls).toEqual([]);
});

test('one tap pays once and says so', async () => {
  const client = clientThat();
  const element = await place();
  await tap(element);
  await becomes(element, 'paid');
  expect(client.calls).toEqual(['quote', 'settle']);
  expect(labelOf(element)).toBe('Paid 2¢');
  expect(wordsOf(element)).toBe('Paid 2¢.');
});

test('an answer that got lost is asked for before anything is said', async () => {
  const client = clientThat({ settle: refuse('unavailable'), resume: async () => true });
  const element = await place();
  await tap(element);
  await becomes(element, 'paid');
  expect(client.calls).toEqual(['quote', 'settle', 'resume']);
});
