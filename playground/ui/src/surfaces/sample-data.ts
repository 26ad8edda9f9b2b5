/** The example data set's address, when the page was built beside it (a package without examples has none). */
const ADDRESSES = import.meta.glob<string>('../../../../examples/data/telco_churn.csv', {
  query: '?url',
  import: 'default',
  eager: true,
});
const [address] = Object.values(ADDRESSES);

export const hasSampleData = address !== undefined;

/** Loads the example data set as if the person had picked it from their disk. */
export async function loadSampleData(): Promise<File> {
  if (address === undefined) throw new Error('This build of the page has no sample data.');
  const response = await fetch(address);
  if (!response.ok) throw new Error(`The sample data could not be loaded (status ${response.status}).`);
  return new File([await response.blob()], 'telco_churn.csv', { type: 'text/csv' });
}
