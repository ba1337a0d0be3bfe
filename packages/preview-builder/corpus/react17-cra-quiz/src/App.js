import { Component, version } from 'react';
import questions from './questions.json';
import { QuizContext } from './QuizContext';
import Score from './Score';

class App extends Component {
  state = { at: 0, right: 0 };

  answer = (index) => {
    const { at, right } = this.state;
    this.setState({ at: Math.min(at + 1, questions.length - 1), right: right + (index === questions[at].right ? 1 : 0) });
  };

  render() {
    const { at, right } = this.state;
    const { country, capitals } = questions[at];
    return (
      <QuizContext.Provider value={{ right }}>
        <h1>Capitals</h1>
        <p>Question {at + 1} of {questions.length}</p>
        <h2>{country}</h2>
        {capitals.map((name, index) => <button key={name} onClick={() => this.answer(index)}>{name}</button>)}
        <Score label="right" />
        <small>React {version.split('.')[0]}</small>
      </QuizContext.Provider>
    );
  }
}

export default App;
