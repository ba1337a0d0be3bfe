var React = require('react');
var ReactDOM = require('react-dom');
var Guestbook = require('components/Guestbook').default;

ReactDOM.render(<Guestbook first={['Ada', 'Grace']} />, document.getElementById('root'));
