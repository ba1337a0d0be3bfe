import PropTypes from 'prop-types';
import { useContext } from 'react';
import { QuizContext } from './QuizContext';

export default function Score({ label }) {
  const { right } = useContext(QuizContext);
  return <p>{right} {label}</p>;
}

Score.propTypes = { label: PropTypes.string.isRequired };
