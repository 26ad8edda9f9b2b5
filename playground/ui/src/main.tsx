import '@fontsource/inter/400.css';
import '@fontsource/inter/400-italic.css';
import '@fontsource/inter/600.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/messages.css';
import './styles/blocks.css';
import './styles/dialogs.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { followPermalink } from './workspace/place.ts';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element #root');
followPermalink();
createRoot(root).render(<App />);
