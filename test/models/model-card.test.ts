import { expect, it } from 'vitest';
import { modelCard } from '../../src/models/model-card.ts';
import { ensembleReport } from '../report/sample-runs.ts';

it('says how often the held-out rows were looked at, and nothing that is no longer true', () => {
  const report = ensembleReport();
  expect(modelCard(report, [])).toContain(
    'The held-out rows were looked at once, after the choice was made.',
  );
  const third = modelCard({ ...report, looks: [3, 5] }, []);
  expect(third).toContain('run 3 and run 5: this was look number 3.');
  expect(third).not.toContain('looked at once');
});
