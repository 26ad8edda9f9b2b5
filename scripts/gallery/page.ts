/** The page of the gallery as Markdown. */
import type { ShownRun } from './shown.ts';

const INTRODUCTION = `# Gallery

Every kind of picture that Modelwright makes, from runs on the data sets under \`examples/data\` (origin and licences:
[there](../examples/data/README.md)), each planned for one to four minutes. \`npm run gallery\` makes this page anew.
`;

export interface ShownPicture {
  readonly question: string;
  readonly fileName: string;
  readonly altText: string;
}

export function galleryPage(parts: readonly string[]): string {
  return [INTRODUCTION, ...parts].join('\n');
}

/** @param headline of the run's report. @param folder of the pictures, from the page. */
export function runPart(
  { heading }: ShownRun,
  headline: string,
  pictures: readonly ShownPicture[],
  folder: string,
): string {
  return [
    `## ${heading}\n`,
    `${escapeText(headline)}\n`,
    ...pictures.map(
      ({ question, fileName, altText }) =>
        `### ${question}\n\n![${escapeText(altText)}](${folder}/${fileName})\n`,
    ),
  ].join('\n');
}

function escapeText(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\[\]*_<>|#`]/g, '\\$&');
}
