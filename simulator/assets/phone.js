/* Keeps the conversation fresh: asks with the version it shows, and replaces the list only when there is news. */
const conversation = document.getElementById('conversation');
const refreshMs = 1500;

const scrollToNewest = () => conversation.scrollTo({ top: conversation.scrollHeight });

const refresh = async () => {
  const { fragment, version } = conversation.dataset;
  const response = await fetch(`${fragment}&version=${version}`);
  if (response.status !== 200) return;
  const nearBottom = conversation.scrollHeight - conversation.scrollTop - conversation.clientHeight < 120;
  conversation.innerHTML = await response.text();
  conversation.dataset.version = response.headers.get('x-version');
  if (nearBottom) scrollToNewest();
};

const loop = () => {
  const next = () => setTimeout(loop, refreshMs);
  if (document.hidden) next();
  else refresh().then(next, next);
};

scrollToNewest();
setTimeout(loop, refreshMs);
