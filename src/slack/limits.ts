/** Slack's limits that our messages and modals could reach (reference: Block Kit documentation, November 2026). */
export const LIMITS = {
  sectionText: 3000,
  contextText: 2000,
  headerText: 150,
  buttonText: 75,
  altText: 2000,
  imageTitle: 2000,
  optionText: 75,
  selectOptions: 100,
  inputText: 3000,
  modalTitle: 24,
  messageBlocks: 50,
  tableCaption: 2000,
  tableColumns: 20,
  /** Without the heading. */
  tableRows: 100,
  /** Of all cells of a message. */
  tableCharacters: 10_000,
  messageText: 4000,
} as const;

/** The text in at most `limit` characters, with an ellipsis where something was cut. Never splits a surrogate pair. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = text.slice(0, limit - 1);
  const last = cut.charCodeAt(cut.length - 1);
  return `${last >= 0xd800 && last <= 0xdbff ? cut.slice(0, -1) : cut}…`;
}
