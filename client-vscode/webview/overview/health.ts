import type { FromOverview, State } from '../../src/overview/messages';
import type { DoctorFinding, FindingLevel } from '../../src/protocol';
import { button, coded, make } from '../dom';

type Post = (message: FromOverview) => void;

const MARKS: Record<FindingLevel, readonly [string, string]> = {
  ok: ['✓', 'Good'],
  note: ['·', 'Note'],
  warn: ['!', 'Warning'],
  fail: ['✗', 'Broken'],
};

/** What the doctor found, with a button for what mends it. */
export class HealthView {
  constructor(
    private readonly place: HTMLElement,
    private readonly post: Post,
  ) {}

  /** Shows all of it anew. */
  show({ health, healthProblem, looking }: State): void {
    const again = button(
      'Look Again',
      { class: 'secondary', attributes: { 'data-key': 'look', 'aria-busy': String(looking) } },
      () => {
        this.post({ type: 'look' });
      },
    );
    const parts: HTMLElement[] = [
      make(
        'div',
        { class: 'actions' },
        again,
        make('span', { class: 'quiet', text: looking ? 'Looking…' : '' }),
      ),
    ];
    if (healthProblem !== '') {
      parts.push(make('p', { class: 'problem', text: healthProblem, attributes: { role: 'alert' } }));
    }
    if (health !== null) {
      parts.unshift(make('p', { text: summaryOf(health.findings) }));
      parts.push(make('ul', { class: 'rows' }, ...health.findings.map((each) => this.finding(each))));
    }
    this.place.replaceChildren(...parts);
  }

  private finding({ section, level, text, hint, fix }: DoctorFinding): HTMLElement {
    const [mark, name] = MARKS[level];
    const sign = make('span', { class: `mark ${level}`, text: mark, attributes: { 'aria-hidden': 'true' } });
    const said = make('span', { class: 'visually-hidden', text: `${name}: ` });
    const row = make(
      'li',
      { class: 'finding' },
      make('p', {}, sign, said, make('strong', { text: section }), ` ${text}`),
      ...(hint === '' ? [] : [make('p', { class: 'quiet hint' }, ...coded(hint))]),
    );
    if (fix !== null) {
      const key = `fix ${fix.kind} ${fix.argument}`;
      const attributes = { 'data-key': key, 'aria-label': `${fix.title}: ${text}` };
      row.append(
        make(
          'div',
          { class: 'actions hint' },
          button(fix.title, { class: 'secondary', attributes }, () => {
            this.post({ type: 'fix', fix });
          }),
        ),
      );
    }
    return row;
  }
}

/** How it is as a whole. */
export function summaryOf(findings: readonly DoctorFinding[]): string {
  const count = (level: FindingLevel) => findings.filter((each) => each.level === level).length;
  const [broken, warnings] = [count('fail'), count('warn')];
  if (broken + warnings === 0) {
    return 'Everything is in order.';
  }
  const parts = [
    broken === 0 ? '' : broken === 1 ? '1 thing is broken' : `${broken} things are broken`,
    warnings === 0 ? '' : warnings === 1 ? '1 warning' : `${warnings} warnings`,
  ];
  return `${parts.filter((part) => part !== '').join(', ')}.`;
}
