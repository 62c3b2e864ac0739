// Name and secret of a share link stand behind the #: they are sent when a person presses the button, and stand in no log and no history.
const form = document.getElementById("share");
const [, name, secret] = /^#(link-[0-9a-f]{10}):([a-z0-9-]{23})$/.exec(location.hash) ?? [];
history.replaceState(null, "", location.pathname);
if (name) {
  form.elements.user.value = name;
  form.elements.password.value = secret;
  form.querySelector("button").disabled = false;
} else {
  document.getElementById("share-broken").hidden = false;
}
